use super::translator::{NotServed, Translator, not_served};
use crate::postgres::{Amendment, Letters};

/// Which SQL is spoken, where the two differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect<'a> {
    Sqlite,
    /// The server's own idea of letters comes along.
    Postgres(&'a Letters),
}

impl Dialect<'_> {
    pub(crate) const fn is_sqlite(self) -> bool {
        matches!(self, Self::Sqlite)
    }

    /// Text that came with the request, compared by code points as stored text is.
    pub(super) fn ordinal(self, sql: &str) -> String {
        match self {
            Self::Sqlite => sql.to_owned(),
            Self::Postgres(_) => format!(r#"({sql} COLLATE "C")"#),
        }
    }

    /// Position of the first occurrence, counted from 1; 0 without one.
    pub(crate) const fn position(self) -> &'static str {
        match self {
            Self::Sqlite => "instr",
            Self::Postgres(_) => "strpos",
        }
    }

    /// Takes characters of a set off both ends.
    pub(super) const fn trim(self) -> &'static str {
        match self {
            Self::Sqlite => "trim",
            Self::Postgres(_) => "btrim",
        }
    }
}

impl Translator<'_> {
    pub(super) fn lower(&mut self, sql: &str) -> Result<String, NotServed> {
        match self.dialect {
            Dialect::Sqlite => Ok(format!("odata_tolower({sql})")),
            Dialect::Postgres(Letters { lower: Some(amendment), .. }) => {
                Ok(self.mapped("lower", sql, amendment))
            }
            Dialect::Postgres(_) => not_served("tolower"),
        }
    }

    pub(super) fn upper(&mut self, sql: &str) -> Result<String, NotServed> {
        match self.dialect {
            Dialect::Sqlite => Ok(format!("odata_toupper({sql})")),
            Dialect::Postgres(Letters { upper: Some(amendment), .. }) => {
                Ok(self.mapped("upper", sql, amendment))
            }
            Dialect::Postgres(_) => not_served("toupper"),
        }
    }

    fn mapped(&mut self, function: &str, sql: &str, amendment: &Amendment) -> String {
        let amended = if amendment.from.is_empty() {
            sql.to_owned()
        } else {
            let (from, to) = (self.bind(&amendment.from), self.bind(&amendment.to));
            format!("translate({sql}, {from}, {to})")
        };
        self.dialect.ordinal(&format!(r#"{function}({amended} COLLATE "und-x-icu")"#))
    }
}
