use rusqlite::Connection;
use tokio_postgres::types::Type;

use crate::StoreError;
use crate::sqlite::{error, query};

/// A table of the schema, which both databases have alike.
#[derive(Debug, Clone)]
pub(super) struct Table {
    pub(super) name: String,
    pub(super) columns: Vec<Column>,
}

#[derive(Debug, Clone)]
pub(super) struct Column {
    pub(super) name: String,
    kind: Kind,
}

#[derive(Debug, Clone, Copy)]
enum Kind {
    Integer,
    Text,
    Blob,
}

/// Who was signed in, here or in ServiceNow, and who may make the first account, is not for another
/// day.
const LEFT_OUT: [&str; 3] = ["agent_token", "session", "setup_link"];

/// What is copied, a table after those that it refers to.
pub(super) fn tables(connection: &Connection) -> Result<Vec<Table>, StoreError> {
    let mut tables = Vec::new();
    for mut row in query(connection, TABLES, &[])? {
        let name = row.text("sqlite_schema.name")?;
        if LEFT_OUT.contains(&name.as_str()) {
            continue;
        }
        let columns = query(connection, COLUMNS, &[name.as_str().into()])?;
        let columns = columns.into_iter().map(|mut row| {
            let name = row.text("pragma_table_info.name")?;
            Ok(Column { name, kind: Kind::of(&row.text("pragma_table_info.type")?)? })
        });
        tables.push(Table { name, columns: columns.collect::<Result<_, StoreError>>()? });
    }
    Ok(tables)
}

impl Table {
    pub(super) fn select(&self) -> String {
        format!("SELECT {} FROM {}", self.list(), self.name)
    }

    pub(super) fn insert(&self) -> String {
        let values = (1..=self.columns.len()).map(|number| format!("${number}"));
        let values = values.collect::<Vec<_>>().join(", ");
        format!("INSERT INTO {} ({}) VALUES ({values})", self.name, self.list())
    }

    pub(super) fn copy(&self) -> String {
        format!("COPY {} ({}) FROM STDIN (FORMAT BINARY)", self.name, self.list())
    }

    pub(super) fn some(&self) -> String {
        format!("SELECT CAST(1 AS BIGINT) FROM {} LIMIT 1", self.name)
    }

    pub(super) fn types(&self) -> Vec<Type> {
        let kinds = self.columns.iter().map(|column| column.kind);
        kinds
            .map(|kind| match kind {
                Kind::Integer => Type::INT8,
                Kind::Text => Type::TEXT,
                Kind::Blob => Type::BYTEA,
            })
            .collect()
    }

    fn list(&self) -> String {
        let names: Vec<_> = self.columns.iter().map(|column| column.name.as_str()).collect();
        names.join(", ")
    }
}

impl Kind {
    fn of(declared: &str) -> Result<Self, StoreError> {
        match declared {
            "INTEGER" => Ok(Self::Integer),
            "TEXT" => Ok(Self::Text),
            "BLOB" => Ok(Self::Blob),
            _ => Err(error(rusqlite::Error::InvalidQuery)),
        }
    }
}

/// In the order in which they were made. Tables that an extension keeps for itself are no tables
/// here.
const TABLES: &str = "
    SELECT sqlite_schema.name FROM sqlite_schema JOIN pragma_table_list AS listed
        ON listed.schema = 'main' AND listed.name = sqlite_schema.name AND listed.type = 'table'
    WHERE sqlite_schema.name NOT LIKE 'sqlite%' AND sqlite_schema.name <> 'schema_migration'
    ORDER BY sqlite_schema.rowid";

const COLUMNS: &str = "SELECT name, type FROM pragma_table_info($1) ORDER BY cid";
