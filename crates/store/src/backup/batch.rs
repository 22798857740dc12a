use tokio::sync::mpsc::{Receiver, Sender};
use tokio::task::JoinError;

use super::BackupError;
use crate::StoreError;
use crate::row::{Param, Row};

/// Rows on their way from one database to the other.
#[derive(Debug)]
pub(super) struct Batch {
    /// Place of the table among those that are copied.
    pub(super) table: usize,
    pub(super) rows: Vec<Vec<Param>>,
}

/// Rows of a batch: few enough to be in memory several times.
pub(super) const ROWS: usize = 500;
/// Batches that wait for the other side.
pub(super) const WAITING: usize = 4;

pub(super) type To = Sender<Batch>;
pub(super) type From = Receiver<Batch>;

/// Gathers the rows of one table.
#[derive(Debug)]
pub(super) struct Gathered(Batch);

impl Gathered {
    pub(super) const fn of(table: usize) -> Self {
        Self(Batch { table, rows: Vec::new() })
    }

    /// A batch, when it is full.
    pub(super) fn add(&mut self, row: Row) -> Option<Batch> {
        self.0.rows.push(row.into_params());
        (self.0.rows.len() == ROWS).then(|| self.take())
    }

    /// What there is.
    pub(super) fn take(&mut self) -> Batch {
        Batch { table: self.0.table, rows: std::mem::take(&mut self.0.rows) }
    }
}

/// The other side has given up and says itself why.
pub(super) fn gone<E>(_closed: E) -> StoreError {
    StoreError::Interrupted
}

/// Both sides of a copy at once. Where both fail the writer tells why: the reader then knows only
/// that nobody listens.
pub(super) async fn both(
    write: impl Future<Output = Result<(), BackupError>>,
    read: impl Future<Output = Result<(), BackupError>>,
) -> Result<(), BackupError> {
    let (write, read) = tokio::join!(write, read);
    write.and(read)
}

/// What work on another thread came to.
pub(super) fn joined<T, E: Into<BackupError>>(
    work: Result<Result<T, E>, JoinError>,
) -> Result<T, BackupError> {
    match work {
        Ok(result) => result.map_err(E::into),
        Err(_panicked_or_cancelled) => Err(BackupError::Interrupted),
    }
}
