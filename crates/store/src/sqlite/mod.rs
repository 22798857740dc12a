//! SQLite: one thread writes and shares its commits, readers have connections of their own.

mod functions;
mod open;
mod readers;
mod statement;
mod writer;

use std::path::Path;

use futures_util::FutureExt as _;
use rusqlite::Connection;

use crate::StoreError;
use crate::operation::Operation;
use crate::transaction::Tx;

pub use open::OpenFileError;
pub(crate) use open::{connect_reader, open_draft, open_file};
pub(crate) use statement::{error, execute, execute_each, for_each, prepare, query, query_each};

use readers::Readers;
use writer::Writer;

/// A database file.
#[derive(Debug)]
pub(crate) struct Sqlite {
    writer: Writer,
    readers: Readers,
}

impl Sqlite {
    /// Takes a connection whose schema is up to date.
    pub(crate) fn start(writer: Connection, path: &Path) -> Result<Self, OpenFileError> {
        Ok(Self { readers: Readers::open(path)?, writer: Writer::start(writer)? })
    }

    pub(crate) async fn write<O: Operation>(&self, operation: O) -> Result<O::Output, O::Error> {
        self.writer.write(operation).await
    }

    /// A read of a few rows by key, quicker than a change of threads.
    pub(crate) async fn point<O: Operation>(&self, operation: &O) -> Result<O::Output, O::Error> {
        self.readers.turn().await?.run(|connection| run(operation, connection))
    }

    /// A read of any length, in one snapshot.
    pub(crate) async fn scan<O: Operation>(&self, operation: O) -> Result<O::Output, O::Error> {
        let turn = self.readers.turn().await?;
        let scan = move || turn.run(|connection| snapshot(&operation, connection));
        match tokio::task::spawn_blocking(scan).await {
            Ok(result) => result,
            Err(_panicked_or_cancelled) => Err(StoreError::Interrupted.into()),
        }
    }
}

/// Nothing in an operation waits for anything but the database, which SQLite's driver does
/// without giving way.
fn run<O: Operation>(operation: &O, connection: &mut Connection) -> Result<O::Output, O::Error> {
    let done = operation.run(&mut Tx::Sqlite(connection)).now_or_never();
    done.unwrap_or(Err(StoreError::Interrupted.into()))
}

fn snapshot<O: Operation>(
    operation: &O,
    connection: &mut Connection,
) -> Result<O::Output, O::Error> {
    connection.execute_batch("BEGIN").map_err(error)?;
    let result = run(operation, connection);
    connection.execute_batch("COMMIT").map_err(error)?;
    result
}
