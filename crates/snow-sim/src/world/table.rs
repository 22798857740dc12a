use std::borrow::Cow;
use std::collections::HashMap;

use super::chunked::Chunked;
use super::index::Index;
use super::schema::{Kind, SYS_ID, Schema, UPDATED_ON};
use super::words::{EMPTY, Words};
use crate::clock;

/// The rows of one table, column by column, in the order in which they came.
#[derive(Debug, Clone)]
pub(crate) struct Table {
    columns: Vec<Column>,
    live: Chunked<bool>,
    /// Rows by `sys_id`.
    pub(crate) by_id: Vec<u32>,
    /// Rows by `(sys_updated_on, sys_id)`.
    pub(crate) by_updated: Vec<u32>,
    by_value: HashMap<usize, Index>,
}

/// One value as a column keeps it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cell {
    Id(u128),
    Time(i64),
    Word(u32),
}

/// No time.
pub(crate) const NEVER: i64 = i64::MIN;

#[derive(Debug, Clone)]
enum Column {
    Id(Chunked<u128>),
    Time(Chunked<i64>),
    Word(Chunked<u32>),
}

impl Table {
    pub(crate) fn new(schema: &Schema) -> Self {
        let column = |kind| match kind {
            Kind::Id => Column::Id(Chunked::default()),
            Kind::Time => Column::Time(Chunked::default()),
            _ => Column::Word(Chunked::default()),
        };
        let indexed = schema.fields.iter().enumerate().filter(|(_, field)| field.indexed);
        Self {
            columns: schema.fields.iter().map(|field| column(field.kind)).collect(),
            live: Chunked::default(),
            by_id: Vec::new(),
            by_updated: Vec::new(),
            by_value: indexed.map(|(at, _)| (at, Index::default())).collect(),
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.by_id.len()
    }

    /// Rows that exist, in the order in which they came.
    pub(crate) fn rows(&self) -> impl Iterator<Item = u32> + '_ {
        (0..).zip(self.live.iter()).filter(|(_, live)| **live).map(|(row, _)| row)
    }

    pub(crate) fn cell(&self, row: u32, column: usize) -> Cell {
        let at = usize::try_from(row).unwrap_or(usize::MAX);
        match self.columns.get(column) {
            Some(Column::Id(ids)) => Cell::Id(ids.get(at).copied().unwrap_or_default()),
            Some(Column::Time(times)) => Cell::Time(times.get(at).copied().unwrap_or(NEVER)),
            Some(Column::Word(words)) => Cell::Word(words.get(at).copied().unwrap_or(EMPTY)),
            None => Cell::Word(EMPTY),
        }
    }

    pub(crate) fn id(&self, row: u32) -> u128 {
        match self.cell(row, SYS_ID) {
            Cell::Id(id) => id,
            Cell::Time(_) | Cell::Word(_) => 0,
        }
    }

    pub(crate) fn updated(&self, row: u32) -> i64 {
        match self.cell(row, UPDATED_ON) {
            Cell::Time(at) => at,
            Cell::Id(_) | Cell::Word(_) => NEVER,
        }
    }

    pub(crate) fn find(&self, id: u128) -> Option<u32> {
        let at = self.by_id.binary_search_by_key(&id, |row| self.id(*row)).ok()?;
        self.by_id.get(at).copied()
    }

    /// Rows whose indexed column holds this word; `None` where the column has no index.
    pub(crate) fn having(&self, column: usize, word: u32) -> Option<&[u32]> {
        self.by_value.get(&column).map(|index| index.rows(word))
    }

    /// Adds a row without putting it into the indexes; [`Table::index_all`] has to follow.
    pub(crate) fn append(&mut self, cells: &[Cell]) -> u32 {
        for (column, cell) in self.columns.iter_mut().zip(cells) {
            match (column, cell) {
                (Column::Id(ids), Cell::Id(id)) => ids.push(*id),
                (Column::Time(times), Cell::Time(at)) => times.push(*at),
                (Column::Word(words), Cell::Word(word)) => words.push(*word),
                (Column::Id(ids), _) => ids.push(0),
                (Column::Time(times), _) => times.push(NEVER),
                (Column::Word(words), _) => words.push(EMPTY),
            }
        }
        self.live.push(true);
        u32::try_from(self.live.len() - 1).unwrap_or(u32::MAX)
    }

    pub(crate) fn insert(&mut self, cells: &[Cell]) -> u32 {
        let row = self.append(cells);
        self.index(row);
        row
    }

    pub(crate) fn remove(&mut self, row: u32) {
        self.unindex(row);
        self.forget(row);
    }

    /// Removes a row, and leaves it in the indexes; [`Table::index_all`] has to follow.
    pub(crate) fn forget(&mut self, row: u32) {
        if let Some(live) = usize::try_from(row).ok().and_then(|at| self.live.get_mut(at)) {
            *live = false;
        }
    }

    /// Changes cells of one row and keeps the indexes right.
    pub(crate) fn change(&mut self, row: u32, cells: &[(usize, Cell)]) {
        self.unindex(row);
        self.put(row, cells);
        self.index(row);
    }

    /// Changes cells without the indexes; [`Table::index_all`] has to follow.
    pub(crate) fn put(&mut self, row: u32, cells: &[(usize, Cell)]) {
        let at = usize::try_from(row).unwrap_or(usize::MAX);
        for (column, cell) in cells {
            match (self.columns.get_mut(*column), *cell) {
                (Some(Column::Id(ids)), Cell::Id(id)) => {
                    ids.get_mut(at).into_iter().for_each(|to| *to = id);
                }
                (Some(Column::Time(times)), Cell::Time(time)) => {
                    times.get_mut(at).into_iter().for_each(|to| *to = time);
                }
                (Some(Column::Word(words)), Cell::Word(word)) => {
                    words.get_mut(at).into_iter().for_each(|to| *to = word);
                }
                _ => {}
            }
        }
    }

    pub(crate) fn index_all(&mut self) {
        let rows: Vec<u32> = self.rows().collect();
        let mut by_id: Vec<(u128, u32)> = rows.iter().map(|row| (self.id(*row), *row)).collect();
        by_id.sort_unstable();
        self.by_id = by_id.into_iter().map(|(_, row)| row).collect();
        let mut by_updated: Vec<(i64, u128, u32)> =
            rows.iter().map(|row| (self.updated(*row), self.id(*row), *row)).collect();
        by_updated.sort_unstable();
        self.by_updated = by_updated.into_iter().map(|(.., row)| row).collect();
        let columns: Vec<usize> = self.by_value.keys().copied().collect();
        for column in columns {
            let mut index = Index::default();
            for row in &rows {
                if let Cell::Word(word) = self.cell(*row, column) {
                    index.add(word, *row);
                }
            }
            self.by_value.insert(column, index);
        }
    }

    fn index(&mut self, row: u32) {
        let id = self.id(row);
        let at = self.by_id.partition_point(|other| self.id(*other) < id);
        self.by_id.insert(at, row);
        let at = self.updated_point((self.updated(row), id));
        self.by_updated.insert(at, row);
        let words = self.indexed_words(row);
        for (column, word) in words {
            if let Some(index) = self.by_value.get_mut(&column) {
                index.add(word, row);
            }
        }
    }

    fn unindex(&mut self, row: u32) {
        let id = self.id(row);
        let at = self.by_id.partition_point(|other| self.id(*other) < id);
        if self.by_id.get(at) == Some(&row) {
            self.by_id.remove(at);
        }
        let at = self.updated_point((self.updated(row), id));
        if self.by_updated.get(at) == Some(&row) {
            self.by_updated.remove(at);
        }
        for (column, word) in self.indexed_words(row) {
            if let Some(index) = self.by_value.get_mut(&column) {
                index.remove(word, row);
            }
        }
    }

    /// Where in `by_updated` the first row stands that is not before this key.
    pub(crate) fn updated_point(&self, key: (i64, u128)) -> usize {
        self.by_updated.partition_point(|row| (self.updated(*row), self.id(*row)) < key)
    }

    fn indexed_words(&self, row: u32) -> Vec<(usize, u32)> {
        let word = |column: &usize| match self.cell(row, *column) {
            Cell::Word(word) => Some((*column, word)),
            Cell::Id(_) | Cell::Time(_) => None,
        };
        self.by_value.keys().filter_map(word).collect()
    }
}

impl Cell {
    /// As the value of the wire.
    pub(crate) fn text(self, words: &Words) -> Cow<'_, str> {
        match self {
            Self::Id(id) => Cow::Owned(id_text(id)),
            Self::Time(NEVER) => Cow::Borrowed(""),
            Self::Time(at) => Cow::Owned(clock::text(at)),
            Self::Word(word) => words.text(word),
        }
    }

    /// From the value of the wire; `None` where the field cannot hold it.
    pub(crate) fn parse(text: &str, kind: Kind, words: &mut Words) -> Option<Self> {
        Some(match kind {
            Kind::Id => Self::Id(parse_id(text)?),
            Kind::Time if text.is_empty() => Self::Time(NEVER),
            Kind::Time => Self::Time(clock::parse(text)?),
            Kind::Bool if matches!(text, "1" | "True" | "TRUE") => Self::Word(words.intern("true")),
            Kind::Bool if matches!(text, "0" | "" | "False" | "FALSE") => {
                Self::Word(words.intern("false"))
            }
            _ => Self::Word(words.intern(text)),
        })
    }
}

/// 32 hexadecimal digits.
pub(crate) fn parse_id(text: &str) -> Option<u128> {
    let sound =
        text.len() == 32 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    sound.then(|| u128::from_str_radix(text, 16).ok()).flatten()
}

pub(crate) fn id_text(id: u128) -> String {
    let mut out = String::with_capacity(32);
    write_id(&mut out, id);
    out
}

pub(crate) fn write_id(out: &mut String, id: u128) {
    const HEX: [char; 16] =
        ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'];
    for place in (0..32).rev() {
        let digit = usize::try_from((id >> (place * 4)) & 15).unwrap_or(0);
        out.push(HEX.get(digit).copied().unwrap_or('0'));
    }
}
