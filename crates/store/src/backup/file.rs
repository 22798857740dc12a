//! The SQLite side of a copy. Everything here blocks but what is `async`.

use std::path::{Path, PathBuf};

use model::Timestamp;
use rusqlite::Connection;
use tokio::sync::mpsc::channel;
use tokio::task::spawn_blocking;

use super::BackupError;
use super::batch::{Batch, From, Gathered, To, WAITING, both, gone, joined};
use super::table::{Table, tables};
use crate::StoreError;
use crate::migrate::{Migration, migrate_sqlite};
use crate::seal::{LOAD_DATA_KEYS, WrappedKey};
use crate::sqlite::{connect_reader, error, execute_each, for_each, open_draft, query};

/// A new file of that schema. Indexes come at the end, all at once, which takes less time.
pub(super) fn make(
    path: &Path,
    schema: &[Migration],
    now: Timestamp,
) -> Result<Filling, BackupError> {
    let mut connection = open_draft(path)?;
    migrate_sqlite(&mut connection, schema, now)?;
    let tables = tables(&connection)?;
    let mut indexes = Vec::new();
    for mut row in query(&connection, INDEXES, &[])? {
        let (name, sql) = (row.text("sqlite_schema.name")?, row.text("sqlite_schema.sql")?);
        connection.execute_batch(&format!("DROP INDEX {name}")).map_err(error)?;
        indexes.push(sql);
    }
    Ok(Filling { connection, tables, indexes })
}

/// A file that is being filled.
#[derive(Debug)]
pub(super) struct Filling {
    connection: Connection,
    pub(super) tables: Vec<Table>,
    indexes: Vec<String>,
}

impl Filling {
    pub(super) fn fill(self, mut batches: From) -> Result<(), StoreError> {
        self.connection.execute_batch("BEGIN").map_err(error)?;
        while let Some(Batch { table, rows }) = batches.blocking_recv() {
            let table = self.tables.get(table).ok_or(StoreError::Interrupted)?;
            execute_each(&self.connection, &table.insert(), &[], &rows)?;
        }
        for index in self.indexes {
            self.connection.execute_batch(&index).map_err(error)?;
        }
        self.connection.execute_batch("COMMIT").map_err(error)?;
        self.connection.close().map_err(|(_connection, failure)| error(failure))
    }
}

/// Fills one file with what is in another.
pub(super) async fn copy(from: PathBuf, filling: Filling) -> Result<(), BackupError> {
    let (to, batches) = channel(WAITING);
    let tables = filling.tables.clone();
    let reading = spawn_blocking(move || read(&from, &tables, &to));
    let filling = spawn_blocking(move || filling.fill(batches));
    both(async { joined(filling.await) }, async { joined(reading.await) }).await
}

/// Sends what is in the file, as it is at one moment.
pub(super) fn read(path: &Path, tables: &[Table], to: &To) -> Result<(), BackupError> {
    let connection = connect_reader(path)?;
    connection.execute_batch("BEGIN").map_err(error)?;
    for (index, table) in tables.iter().enumerate() {
        let mut gathered = Gathered::of(index);
        for_each(&connection, &table.select(), |row| match gathered.add(row) {
            Some(full) => to.blocking_send(full).map_err(gone),
            None => Ok(()),
        })?;
        to.blocking_send(gathered.take()).map_err(gone)?;
    }
    Ok(())
}

/// The tables of a file.
pub(super) fn tables_of(path: &Path) -> Result<Vec<Table>, BackupError> {
    Ok(tables(&connect_reader(path)?)?)
}

/// What SQLite finds wrong with the file.
pub(super) fn check(connection: &Connection) -> Result<Option<String>, StoreError> {
    let verdict = query(connection, "PRAGMA quick_check(1)", &[])?.into_iter().next();
    let verdict = verdict.map(|mut row| row.text("quick_check")).transpose()?;
    Ok(verdict.filter(|verdict| verdict != "ok"))
}

/// The data keys in it, the newest last.
pub(super) fn keys(connection: &Connection) -> Result<Vec<WrappedKey>, StoreError> {
    let rows = query(connection, LOAD_DATA_KEYS.sqlite, &[])?;
    rows.into_iter().map(WrappedKey::try_from).collect()
}

pub(super) fn count(connection: &Connection, table: &str) -> Result<u64, StoreError> {
    let count = format!("SELECT COUNT(*) FROM {table}");
    let count = query(connection, &count, &[])?.into_iter().next();
    let count = count.map(|mut row| row.integer("COUNT(*)")).transpose()?.unwrap_or(0);
    Ok(u64::try_from(count).unwrap_or(0))
}

const INDEXES: &str =
    "SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL";
