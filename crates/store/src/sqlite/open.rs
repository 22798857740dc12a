use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::functions;
use crate::file::create_private;

/// How long a statement waits for another process that writes to the same file.
const BUSY: Duration = Duration::from_secs(10);
/// Between two attempts at what does not wait by itself.
const PAUSE: Duration = Duration::from_millis(5);
/// More than the program's own texts; those made for a request come and go.
const STATEMENTS: usize = 128;

/// 64 MiB of pages: the keys of incidents are random, so that a page of them touches as many pages of
/// each index. For the same reason pages go from the log to the file after 64 MiB instead of 4, in which
/// a single commit of a thousand incidents has no room.
const WRITER: &str = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
                      PRAGMA foreign_keys = ON; PRAGMA cache_size = -65536; \
                      PRAGMA wal_autocheckpoint = 16384;";

/// A database file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum OpenFileError {
    /// The file can be neither opened nor made.
    #[error("the database file {} cannot be opened", path.display())]
    File {
        /// Which one.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// It is no database, or locked.
    #[error("the database {} cannot be used", path.display())]
    Database {
        /// Which one.
        path: PathBuf,
        /// Why.
        #[source]
        source: rusqlite::Error,
    },
    /// No thread for the writer.
    #[error("the thread that writes to the database cannot be started")]
    Thread(#[source] io::Error),
}

/// Opens or makes the file, for writing.
pub(crate) fn open_file(path: &Path) -> Result<Connection, OpenFileError> {
    let at = path.to_owned();
    create_private(path).map_err(|source| OpenFileError::File { path: at, source })?;
    connect(path, WRITER)
}

/// Opens a file that vanishes if the process does: what is quick goes before what is safe.
pub(crate) fn open_draft(path: &Path) -> Result<Connection, OpenFileError> {
    connect(
        path,
        "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -65536;",
    )
}

/// Opens a file that is there, to read it.
pub(crate) fn connect_reader(path: &Path) -> Result<Connection, OpenFileError> {
    connect(path, "PRAGMA query_only = ON;")
}

fn connect(path: &Path, pragmas: &str) -> Result<Connection, OpenFileError> {
    let open = || {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags)?;
        connection.busy_timeout(BUSY)?;
        patiently(|| connection.execute_batch(pragmas))?;
        connection.set_prepared_statement_cache_capacity(STATEMENTS);
        functions::register(&connection)?;
        Ok(connection)
    };
    open().map_err(|source| OpenFileError::Database { path: path.to_owned(), source })
}

/// Switching a new file to WAL does not wait for others that do the same; SQLite answers BUSY at
/// once, whatever the timeout.
fn patiently(mut step: impl FnMut() -> rusqlite::Result<()>) -> rusqlite::Result<()> {
    let mut waited = Duration::ZERO;
    loop {
        match step() {
            Err(error) if is_busy(&error) && waited < BUSY => {
                #[expect(
                    clippy::disallowed_methods,
                    reason = "files are opened on a thread that may block"
                )]
                std::thread::sleep(PAUSE);
                waited += PAUSE;
            }
            result => return result,
        }
    }
}

fn is_busy(error: &rusqlite::Error) -> bool {
    error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy)
}

#[cfg(test)]
mod tests {
    use std::sync::Barrier;
    use std::thread;

    use super::*;

    #[test]
    fn a_new_file_may_be_opened_by_many_at_once() {
        for _ in 0..20 {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("new.db");
            // Made beforehand: closing it here would drop the locks of the whole process.
            create_private(&path).unwrap();
            let together = Barrier::new(8);
            thread::scope(|scope| {
                for _ in 0..8 {
                    scope.spawn(|| {
                        together.wait();
                        open_file(&path).unwrap();
                    });
                }
            });
        }
    }
}
