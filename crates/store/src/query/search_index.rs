//! The part of `$search` that an index answers.
//!
//! Every word stands in it behind the tenant, so that no tenant waits for what others have. It finds
//! all rows that match and perhaps more; the condition of the search itself is always there, too.

use odata::search::Search;

use super::dialect::Dialect;
use super::listing::Text;
use super::needed::Needed;
use super::translator::Translator;
use crate::row::Param;

/// So many rows are looked at one by one; where more have the words, a walk in the order that is
/// wanted meets enough of them soon.
const FEW: usize = 5000;

/// Characters of a word that PostgreSQL's index keeps. Its entries have a limit, words have none.
const KEPT: usize = 40;

/// A condition that an index serves.
#[derive(Debug)]
pub(super) enum Narrowed {
    /// The database knows itself when to use it.
    Always(String),
    /// To be used if a count does not exceed a number.
    IfFew(String, Few),
}

/// Asks how many rows an index has, as far as that matters.
#[derive(Debug, Clone)]
pub(super) struct Few(pub(super) Text);

impl Few {
    /// Whether a count says so.
    pub(super) fn are(count: u64) -> bool {
        usize::try_from(count).is_ok_and(|count| count <= FEW)
    }
}

impl Translator<'_> {
    /// What a search of a table leaves of its rows at least.
    pub(super) fn by_words(&mut self, tenant: &str, search: &Search) -> Option<Narrowed> {
        let searched = self.frames.first()?.table.search.as_ref()?;
        let (column, index) = (searched.column, searched.index?);
        let needed = Needed::by(search)?;
        match self.dialect {
            Dialect::Sqlite => {
                let text = matching(&tenant.replace('-', ""), &needed);
                let bound = self.bind(text.clone());
                let rows =
                    format!("rowid IN (SELECT rowid FROM {index} WHERE {index} MATCH {bound})");
                let sql = format!(
                    "SELECT COUNT(*) FROM (SELECT 1 FROM {index} WHERE {index} MATCH $1 LIMIT {})",
                    FEW + 1
                );
                Some(Narrowed::IfFew(rows, Few(Text { sql, params: vec![Param::Text(text)] })))
            }
            Dialect::Postgres(_) => {
                let needed = needed.without_beginnings()?;
                Some(Narrowed::Always(self.containing(column, tenant, &needed)))
            }
        }
    }

    /// As GIN finds it.
    fn containing(&mut self, column: &str, tenant: &str, needed: &Needed) -> String {
        let each = |translator: &mut Self, each: &[Needed], operator: &str| {
            let each = each.iter().map(|needed| translator.containing(column, tenant, needed));
            format!("({})", each.collect::<Vec<_>>().join(operator))
        };
        match needed {
            Needed::Word(word) | Needed::Beginning(word) => {
                let kept: String = word.chars().take(KEPT).collect();
                let bound = self.bind(format!("{tenant}{kept}"));
                let word = self.dialect.ordinal(&bound);
                format!("({} @> ARRAY[{word}])", words_of_postgres(column))
            }
            Needed::All(all) => each(self, all, " AND "),
            Needed::Any(any) => each(self, any, " OR "),
        }
    }
}

/// A query of FTS5.
///
/// Words have letters, digits and marks only; what is not ASCII is part of a word to the tokenizer.
fn matching(tenant: &str, needed: &Needed) -> String {
    let each = |each: &[Needed], operator| {
        let each = each.iter().map(|needed| matching(tenant, needed));
        format!("({})", each.collect::<Vec<_>>().join(operator))
    };
    match needed {
        Needed::Word(word) => format!("\"{tenant}{word}\""),
        Needed::Beginning(word) => format!("\"{tenant}{word}\" *"),
        Needed::All(all) => each(all, " AND "),
        Needed::Any(any) => each(any, " OR "),
    }
}

/// The very expression of the index.
pub(super) fn words_of_postgres(column: &str) -> String {
    format!(
        "string_to_array(tenant_id || replace(regexp_replace(btrim(replace({column}, ' |', '')), \
         '([^ ]{{{KEPT}}})[^ ]+', '\\1', 'g'), ' ', ' ' || tenant_id), ' ')"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_index_of_incidents_has_this_expression() {
        let migration = include_str!("../../migrations/postgres/0014_incident_words.sql");
        assert!(migration.contains(&words_of_postgres("words")), "{migration}");
    }
}
