//! What the instance knows: tables of rows, in columns, with every text kept once. A copy of it is
//! cheap and stays as it is: whoever changes the world changes copies of the pieces that others
//! still hold.

mod chunked;
mod index;
pub(crate) mod schema;
pub(crate) mod table;
pub(crate) mod words;

use std::borrow::Cow;
use std::sync::Arc;

use schema::{Kind, Schema};
use table::{Cell, Table, parse_id};
use words::Words;

#[derive(Debug, Clone)]
pub(crate) struct World {
    pub(crate) schemas: Arc<Vec<Schema>>,
    tables: Vec<Arc<Table>>,
    pub(crate) words: Words,
    /// The number of the newest incident.
    pub(crate) serial: u32,
}

/// A field seen from a table, maybe through references: `caller_id.email`.
#[derive(Debug, Clone)]
pub(crate) struct Path {
    /// Table and column of each step.
    pub(crate) steps: Vec<(usize, usize)>,
    pub(crate) kind: Kind,
}

impl Path {
    pub(crate) fn is_password(&self) -> bool {
        self.kind == Kind::Password
    }
}

impl World {
    pub(crate) fn empty() -> Self {
        let schemas = schema::all();
        let tables = schemas.iter().map(|schema| Arc::new(Table::new(schema))).collect();
        Self { schemas: Arc::new(schemas), tables, words: Words::new(), serial: 10_000 }
    }

    /// Whether nothing has been written since `before` was copied.
    pub(crate) fn is_still(&self, before: &Self) -> bool {
        let same = |(one, other): (&Arc<Table>, &Arc<Table>)| Arc::ptr_eq(one, other);
        self.serial == before.serial && self.tables.iter().zip(&before.tables).all(same)
    }

    /// The position of a table.
    pub(crate) fn table_named(&self, name: &str) -> Option<usize> {
        self.schemas.iter().position(|schema| schema.name == name)
    }

    #[expect(clippy::indexing_slicing, reason = "positions come from `table_named` only")]
    pub(crate) fn table(&self, at: usize) -> &Table {
        &self.tables[at]
    }

    #[expect(clippy::indexing_slicing, reason = "positions come from `table_named` only")]
    pub(crate) fn table_mut(&mut self, at: usize) -> &mut Table {
        Arc::make_mut(&mut self.tables[at])
    }

    /// Makes the indexes of all tables anew.
    pub(crate) fn index_all(&mut self) {
        self.tables.iter_mut().for_each(|table| Arc::make_mut(table).index_all());
    }

    #[expect(clippy::indexing_slicing, reason = "positions come from `table_named` only")]
    pub(crate) fn schema(&self, at: usize) -> &Schema {
        &self.schemas[at]
    }

    /// Resolves a field name with its dots.
    pub(crate) fn path(&self, table: usize, name: &str) -> Option<Path> {
        let mut steps = Vec::new();
        let (mut table, mut kind) = (table, Kind::Id);
        for (depth, part) in name.split('.').enumerate() {
            if depth > 0 {
                let Kind::Reference(to) = kind else { return None };
                table = self.table_named(to)?;
            }
            let column = self.schema(table).column(part)?;
            kind = self.schema(table).fields.get(column)?.kind;
            steps.push((table, column));
            if steps.len() > 6 {
                return None;
            }
        }
        Some(Path { steps, kind })
    }

    /// The value at the end of a path, or nothing where a reference on the way leads nowhere.
    pub(crate) fn value(&self, row: u32, path: &Path) -> Option<Cell> {
        let mut row = row;
        let mut cell = None;
        for (table, column) in &path.steps {
            if let Some(reference) = cell {
                row = self.referred(*table, reference)?;
            }
            cell = Some(self.table(*table).cell(row, *column));
        }
        cell
    }

    /// The rows that references on a path lead to, with their tables.
    pub(crate) fn walk(&self, row: u32, path: &Path) -> impl Iterator<Item = (usize, u32)> {
        let mut row = row;
        path.steps.iter().zip(path.steps.iter().skip(1)).map_while(
            move |((table, column), (next, _))| {
                row = self.referred(*next, self.table(*table).cell(row, *column))?;
                Some((*next, row))
            },
        )
    }

    /// The row of a table that a reference names.
    pub(crate) fn referred(&self, table: usize, reference: Cell) -> Option<u32> {
        let id = match reference {
            Cell::Id(id) => id,
            Cell::Word(word) => parse_id(&self.words.text(word))?,
            Cell::Time(_) => return None,
        };
        self.table(table).find(id)
    }

    /// What stands for the row where another refers to it.
    pub(crate) fn display_of(&self, table: usize, row: u32) -> Cow<'_, str> {
        let schema = self.schema(table);
        let column = schema.column(schema.display).unwrap_or(schema::SYS_ID);
        self.table(table).cell(row, column).text(&self.words)
    }

    pub(crate) fn text(&self, table: usize, row: u32, field: &str) -> Cow<'_, str> {
        let Some(column) = self.schema(table).column(field) else { return Cow::Borrowed("") };
        self.table(table).cell(row, column).text(&self.words)
    }

    /// A whole row from names and values; fields that are not named are empty.
    pub(crate) fn cells(&mut self, table: usize, values: &[(&str, &str)]) -> Vec<Cell> {
        let schemas = Arc::clone(&self.schemas);
        let Some(schema) = schemas.get(table) else { return Vec::new() };
        let cell = |field: &schema::Field| {
            let value =
                values.iter().find(|(name, _)| *name == field.name).map_or("", |(_, value)| value);
            Cell::parse(value, field.kind, &mut self.words).unwrap_or(match field.kind {
                Kind::Id => Cell::Id(0),
                Kind::Time => Cell::Time(table::NEVER),
                _ => Cell::Word(words::EMPTY),
            })
        };
        schema.fields.iter().map(cell).collect()
    }
}
