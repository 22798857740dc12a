use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError, TryLockError};

use rusqlite::Connection;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Duration, Instant};

use super::error;
use super::open::{OpenFileError, connect_reader};
use crate::StoreError;

/// As many as scans make sense at once on one file.
const READERS: usize = 8;
/// As PostgreSQL's `statement_timeout`.
const LIMIT: Duration = Duration::from_secs(10);
/// Steps of SQLite's machine from one look at the clock to the next, well under a millisecond.
const STEPS: i32 = 10_000;

/// Connections that only read; they never wait for the writer.
#[derive(Debug)]
pub(super) struct Readers {
    connections: Arc<[Mutex<Connection>]>,
    free: Arc<Semaphore>,
}

/// The right to use one of the connections.
#[derive(Debug)]
pub(super) struct Turn {
    connections: Arc<[Mutex<Connection>]>,
    _permit: OwnedSemaphorePermit,
}

impl Readers {
    pub(super) fn open(path: &Path) -> Result<Self, OpenFileError> {
        let connect = |_| connect_reader(path).map(Mutex::new);
        let connections: Result<Arc<[_]>, _> = (0..READERS).map(connect).collect();
        Ok(Self { connections: connections?, free: Arc::new(Semaphore::new(READERS)) })
    }

    pub(super) async fn turn(&self) -> Result<Turn, StoreError> {
        let permit = Arc::clone(&self.free).acquire_owned().await;
        let permit = permit.map_err(|_closed| StoreError::Interrupted)?;
        Ok(Turn { connections: Arc::clone(&self.connections), _permit: permit })
    }
}

impl Turn {
    /// Runs on a connection that nobody uses; there is one, as there are as many as turns.
    pub(super) fn run<T, E: From<StoreError>>(
        self,
        work: impl FnOnce(&mut Connection) -> Result<T, E>,
    ) -> Result<T, E> {
        for connection in self.connections.iter() {
            match connection.try_lock() {
                Ok(mut connection) => return run(&mut connection, LIMIT, work),
                Err(TryLockError::Poisoned(poisoned)) => {
                    return run(&mut poisoned.into_inner(), LIMIT, work);
                }
                Err(TryLockError::WouldBlock) => {}
            }
        }
        // Others took and left connections while this went past; wait the moment for the first.
        match self.connections.first() {
            Some(first) => {
                run(&mut first.lock().unwrap_or_else(PoisonError::into_inner), LIMIT, work)
            }
            None => Err(StoreError::Interrupted.into()),
        }
    }
}

fn run<T, E: From<StoreError>>(
    connection: &mut Connection,
    limit: Duration,
    work: impl FnOnce(&mut Connection) -> Result<T, E>,
) -> Result<T, E> {
    if !connection.is_autocommit() {
        // A scan that panicked; whoever comes next would see its snapshot for ever.
        connection.execute_batch("ROLLBACK").map_err(error)?;
    }
    let end = Instant::now() + limit;
    connection.progress_handler(STEPS, Some(move || Instant::now() >= end)).map_err(error)?;
    work(connection)
}

#[cfg(test)]
mod tests {
    use tokio::task::spawn_blocking;

    use super::super::open::open_file;
    use super::super::query;
    use super::*;

    #[tokio::test]
    async fn a_scan_that_panics_leaves_no_snapshot_behind() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("test.db");
        drop(open_file(&path).unwrap());
        let readers = Readers::open(&path).unwrap();
        let turn = readers.turn().await.unwrap();
        let scan = move || {
            turn.run(|connection| -> Result<(), StoreError> {
                connection.execute_batch("BEGIN").unwrap();
                panic!("half way")
            })
        };
        assert!(spawn_blocking(scan).await.is_err());
        let turn = readers.turn().await.unwrap();
        let at_rest = turn.run(|connection| Ok::<_, StoreError>(connection.is_autocommit()));
        assert!(at_rest.unwrap());
    }

    #[test]
    fn a_query_without_end_is_given_up() {
        let mut connection = Connection::open_in_memory().unwrap();
        let mut count = |limit, text| {
            run(&mut connection, limit, |connection| query(connection, text, &[]).map(drop))
        };
        let endless = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) \
                       SELECT COUNT(*) FROM n";
        let given_up = count(Duration::ZERO, endless);
        assert!(matches!(given_up, Err(StoreError::TookTooLong)), "{given_up:?}");
        count(LIMIT, "SELECT 1").unwrap();
    }
}
