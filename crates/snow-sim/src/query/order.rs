use super::Asker;
use crate::world::schema::Kind;
use crate::world::table::{Cell, NEVER};
use crate::world::words::Words;

/// What a value is compared and ordered by, as the type of its column says.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Key {
    /// Lower than everything.
    Nothing,
    Number(i64),
    /// In a column of numbers above all of them.
    Text(String),
}

impl Key {
    /// Of a text that stands in such a column, or is compared with one.
    pub(crate) fn new(text: &str, kind: Kind, case: Case) -> Self {
        match text.parse() {
            _ if text.is_empty() => Self::Nothing,
            Ok(number) if kind.is_number() => Self::Number(number),
            _ => Self::Text(case.fold(text)),
        }
    }

    pub(crate) fn of(cell: Option<Cell>, kind: Kind, words: &Words, case: Case) -> Self {
        match cell {
            None | Some(Cell::Time(NEVER)) => Self::Nothing,
            Some(Cell::Time(at)) => Self::Number(at),
            Some(cell) => Self::new(&cell.text(words), kind, case),
        }
    }
}

/// Whether letter case makes a difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Case {
    Ignored,
    Kept,
}

impl Case {
    pub(crate) fn of(asker: &Asker<'_>) -> Self {
        if asker.ignore_case { Self::Ignored } else { Self::Kept }
    }

    pub(crate) fn fold(self, text: &str) -> String {
        match self {
            Self::Ignored => text.to_lowercase(),
            Self::Kept => text.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::schema::STATES;

    #[test]
    fn the_type_of_a_column_says_what_is_less() {
        let check = |kind, texts: &[&str]| {
            let keys: Vec<Key> =
                texts.iter().map(|text| Key::new(text, kind, Case::Ignored)).collect();
            assert!(keys.is_sorted_by(|one, two| one < two), "{keys:?}");
        };
        check(Kind::Integer, &["", "-3", "0", "2", "10", "many"]);
        check(Kind::Choice(&STATES), &["", "2", "10", "other"]);
        check(Kind::Text, &["", "10", "2", "a", "B", "c"]);
        check(Kind::Bool, &["false", "true"]);
        assert_eq!(Key::new("A", Kind::Text, Case::Ignored), Key::Text("a".to_owned()));
        assert_eq!(Key::new("A", Kind::Text, Case::Kept), Key::Text("A".to_owned()));
    }
}
