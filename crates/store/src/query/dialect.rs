/// Which SQL is spoken, where the two differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    Sqlite,
    Postgres,
}

impl Dialect {
    /// Text that came with the request, compared by code points as stored text is.
    pub(super) fn ordinal(self, sql: &str) -> String {
        match self {
            Self::Sqlite => sql.to_owned(),
            Self::Postgres => format!(r#"({sql} COLLATE "C")"#),
        }
    }

    /// Position of the first occurrence, counted from 1; 0 without one.
    pub(super) const fn position(self) -> &'static str {
        match self {
            Self::Sqlite => "instr",
            Self::Postgres => "strpos",
        }
    }

    /// Takes characters of a set off both ends.
    pub(super) const fn trim(self) -> &'static str {
        match self {
            Self::Sqlite => "trim",
            Self::Postgres => "btrim",
        }
    }

    /// Full case mapping of Unicode.
    pub(super) fn case(self, sql: &str, case: Case) -> String {
        match (self, case) {
            (Self::Sqlite, Case::Lower) => format!("odata_tolower({sql})"),
            (Self::Sqlite, Case::Upper) => format!("odata_toupper({sql})"),
            (Self::Postgres, Case::Lower) => {
                self.ordinal(&format!(r#"lower({sql} COLLATE "und-x-icu")"#))
            }
            (Self::Postgres, Case::Upper) => {
                self.ordinal(&format!(r#"upper({sql} COLLATE "und-x-icu")"#))
            }
        }
    }
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Case {
    Lower,
    Upper,
}
