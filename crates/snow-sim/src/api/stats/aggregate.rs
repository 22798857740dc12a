use super::asked::Field;
use crate::query::{Case, Key};
use crate::world::World;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Aggregate {
    Min,
    Max,
    Sum,
    Avg,
}

pub(super) const ALL: [Aggregate; 4] =
    [Aggregate::Min, Aggregate::Max, Aggregate::Sum, Aggregate::Avg];

impl Aggregate {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Min => "min",
            Self::Max => "max",
            Self::Sum => "sum",
            Self::Avg => "avg",
        }
    }
}

/// The rows that are counted.
#[derive(Clone, Copy)]
pub(super) struct Sample<'a> {
    pub(super) world: &'a World,
    pub(super) rows: &'a [u32],
    pub(super) case: Case,
}

impl Sample<'_> {
    /// One value of all rows; empty where there is none.
    pub(super) fn of(&self, aggregate: Aggregate, field: &Field) -> String {
        match aggregate {
            Aggregate::Min => self.found(field, self.keys(field).min()),
            Aggregate::Max => self.found(field, self.keys(field).max()),
            Aggregate::Sum => self.numbers(field).sum::<i128>().to_string(),
            Aggregate::Avg => self.mean(field),
        }
    }

    pub(super) fn key(&self, row: u32, field: &Field) -> Key {
        let cell = self.world.value(row, &field.path);
        Key::of(cell, field.path.kind, &self.world.words, self.case)
    }

    pub(super) fn text(&self, row: u32, field: &Field) -> String {
        let cell = self.world.value(row, &field.path);
        cell.map_or(String::new(), |cell| cell.text(&self.world.words).into_owned())
    }

    fn found(&self, field: &Field, found: Option<(Key, u32)>) -> String {
        found.map_or(String::new(), |(_, row)| self.text(row, field))
    }

    /// What is there of the values.
    fn keys(&self, field: &Field) -> impl Iterator<Item = (Key, u32)> {
        let keys = self.rows.iter().map(|row| (self.key(*row, field), *row));
        keys.filter(|(key, _)| *key != Key::Nothing)
    }

    fn numbers(&self, field: &Field) -> impl Iterator<Item = i128> {
        self.rows.iter().filter_map(|row| match self.key(*row, field) {
            Key::Number(number) => Some(i128::from(number)),
            Key::Nothing | Key::Text(_) => None,
        })
    }

    /// With four places, as `AVG` of a database has.
    fn mean(&self, field: &Field) -> String {
        let sum: i128 = self.numbers(field).sum();
        let count = i128::try_from(self.numbers(field).count()).unwrap_or(0);
        (sum * 10_000).checked_div(count).map_or(String::new(), |mean| {
            let sign = if mean < 0 { "-" } else { "" };
            format!("{sign}{}.{:04}", mean.abs() / 10_000, mean.abs() % 10_000)
        })
    }
}
