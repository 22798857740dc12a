use std::error::Error;
use std::io;
use std::path::PathBuf;

use crate::{ConnectError, MigrateError, OpenFileError, SealError, StoreError};

/// No backup was taken or restored; what was there is as it was.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// Nothing is written over.
    #[error("{} is there already", path.display())]
    Exists {
        /// The file, or the database.
        path: PathBuf,
    },
    /// Only a database without rows is restored into.
    #[error("there are rows in {table}: a backup is restored into an empty database")]
    NotEmpty {
        /// The first table that has some.
        table: String,
    },
    /// No SQLite file, or one of another program.
    #[error("{} is no backup", path.display())]
    NoBackup {
        /// Which file.
        path: PathBuf,
        /// Why.
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
    /// SQLite finds it broken.
    #[error("{} is damaged: {problem}", path.display())]
    Damaged {
        /// Which file.
        path: PathBuf,
        /// What SQLite says first.
        problem: String,
    },
    /// A file cannot be written.
    #[error("{} cannot be written", path.display())]
    Write {
        /// Which one.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// There is no database to be backed up.
    #[error("there is no database of this program")]
    NoDatabase,
    /// The SQLite file.
    #[error(transparent)]
    File(#[from] OpenFileError),
    /// The way to PostgreSQL.
    #[error(transparent)]
    Connect(#[from] ConnectError),
    /// The schema.
    #[error(transparent)]
    Migrate(#[from] MigrateError),
    /// The master key is another one.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// A statement.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The runtime is shutting down.
    #[error("it was interrupted")]
    Interrupted,
}
