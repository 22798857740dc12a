//! A whole database in one file. The file is an SQLite database of the same schema whatever it was
//! made of, so that it can be restored into either kind. It holds no master key, and nobody's
//! sessions.

mod batch;
mod draft;
mod error;
mod file;
mod restore;
mod server;
mod table;
mod take;

pub use error::BackupError;

use std::path::{Path, PathBuf};

use rusqlite::Connection;
use tokio::task::spawn_blocking;

use crate::migrate::{self, Migration, applied_to_sqlite};
use crate::seal::WrappedKey;
use crate::sqlite::connect_reader;

/// A backup that was looked at and found whole.
#[derive(Debug)]
pub struct Backup {
    path: PathBuf,
    schema: &'static [Migration],
    keys: Vec<WrappedKey>,
    connections: u64,
    incidents: u64,
}

impl Backup {
    /// Reads the file through once; whether its parts fit each other is checked as well.
    pub async fn open(path: &Path) -> Result<Self, BackupError> {
        let path = path.to_owned();
        spawn_blocking(|| look_at(path)).await.unwrap_or(Err(BackupError::Interrupted))
    }

    /// Number of connections.
    pub const fn connections(&self) -> u64 {
        self.connections
    }

    /// Number of incidents, those that the instance deleted included.
    pub const fn incidents(&self) -> u64 {
        self.incidents
    }

    /// Id of the master key without which the secrets in it stay closed.
    pub fn master_key_id(&self) -> &str {
        self.keys.last().map_or("", |key| &key.master)
    }
}

fn look_at(path: PathBuf) -> Result<Backup, BackupError> {
    let none = |source| BackupError::NoBackup { path: path.clone(), source };
    let connection = connect_reader(&path).map_err(|error| none(error.into()))?;
    let schema = applied_to_sqlite(&connection, &migrate::SQLITE).map_err(|error| match error {
        migrate::MigrateError::Journal(error) => none(error.into()),
        other => other.into(),
    })?;
    let verdict = file::check(&connection).map_err(|error| none(error.into()))?;
    if let Some(problem) = verdict {
        return Err(BackupError::Damaged { path, problem });
    }
    let keys = file::keys(&connection)?;
    let connections = count(&connection, "connection")?;
    let incidents = count(&connection, "incident")?;
    Ok(Backup { path, schema, keys, connections, incidents })
}

fn count(connection: &Connection, table: &'static str) -> Result<u64, BackupError> {
    // A backup of the first version has no incidents.
    if table::tables(connection)?.iter().all(|other| other.name != table) {
        return Ok(0);
    }
    Ok(file::count(connection, table)?)
}
