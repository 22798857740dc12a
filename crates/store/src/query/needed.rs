//! Words that a row must have to be found by `$search`, for indexes: they lead to all rows that match
//! and perhaps to others, which the condition itself leaves out.

use std::cmp::Reverse;

use odata::search::{Search, Term, words};

/// A condition on the words of a row that is never stricter than the search it was made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Needed {
    /// One of them is this word.
    Word(String),
    /// One of them begins like this.
    Beginning(String),
    /// All of these.
    All(Vec<Self>),
    /// One of these.
    Any(Vec<Self>),
}

/// Words of a phrase that are looked up: the longest ones, which few rows have.
const OF_PHRASE: usize = 4;

impl Needed {
    /// None where rows may be found by what they do not have.
    pub(super) fn by(search: &Search) -> Option<Self> {
        match search {
            Search::Term(term) => Self::by_term(term),
            Search::Not(_) => None,
            Search::And(operands) => Self::all(operands.iter().filter_map(Self::by).collect()),
            Search::Or(operands) => {
                let each: Option<Vec<_>> = operands.iter().map(Self::by).collect();
                each.map(Self::Any)
            }
        }
    }

    fn by_term(term: &Term) -> Option<Self> {
        let whole = words(&term.text).into_iter().map(|word| Self::Word(word.as_str().to_owned()));
        let mut words: Vec<_> = whole.collect();
        if term.prefix
            && let Some(Self::Word(last)) = words.pop()
        {
            words.push(Self::Beginning(last));
        }
        words.sort_by_key(|word| Reverse(word.length()));
        words.truncate(OF_PHRASE);
        Self::all(words)
    }

    fn all(mut each: Vec<Self>) -> Option<Self> {
        match each.len() {
            0 => None,
            1 => each.pop(),
            _ => Some(Self::All(each)),
        }
    }

    fn length(&self) -> usize {
        match self {
            Self::Word(word) | Self::Beginning(word) => word.len(),
            Self::All(_) | Self::Any(_) => 0,
        }
    }

    /// The same without beginnings, for an index of whole words.
    pub(super) fn without_beginnings(self) -> Option<Self> {
        match self {
            Self::Word(_) => Some(self),
            Self::Beginning(_) => None,
            Self::All(each) => {
                Self::all(each.into_iter().filter_map(Self::without_beginnings).collect())
            }
            Self::Any(each) => {
                let each: Option<Vec<_>> = each.into_iter().map(Self::without_beginnings).collect();
                each.map(Self::Any)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use odata::search::parse;

    use super::*;

    fn shown(needed: &Needed) -> String {
        let joined = |each: &[Needed], sign: &str| {
            format!("({})", each.iter().map(shown).collect::<Vec<_>>().join(sign))
        };
        match needed {
            Needed::Word(word) => word.clone(),
            Needed::Beginning(word) => format!("{word}*"),
            Needed::All(each) => joined(each, " & "),
            Needed::Any(each) => joined(each, " | "),
        }
    }

    #[test]
    fn words_are_needed_unless_rows_are_found_without_them() {
        for (search, needed, whole) in [
            ("Printer", Some("printer"), Some("printer")),
            ("print*", Some("print*"), None),
            ("\"on fire\"", Some("(fire & on)"), Some("(fire & on)")),
            ("brand-new*", Some("(brand & new*)"), Some("brand")),
            ("a AND NOT b", Some("a"), Some("a")),
            ("NOT a", None, None),
            ("a OR b*", Some("(a | b*)"), None),
            ("a OR NOT b", None, None),
            ("a (b OR c)", Some("(a & (b | c))"), Some("(a & (b | c))")),
            ("!", None, None),
            ("a OR !", None, None),
            (
                "\"one three five seven eleven\"",
                Some("(eleven & three & seven & five)"),
                Some("(eleven & three & seven & five)"),
            ),
        ] {
            let found = Needed::by(&parse(search).unwrap());
            assert_eq!(found.as_ref().map(shown).as_deref(), needed, "{search}");
            let found = found.and_then(Needed::without_beginnings);
            assert_eq!(found.as_ref().map(shown).as_deref(), whole, "{search}");
        }
    }
}
