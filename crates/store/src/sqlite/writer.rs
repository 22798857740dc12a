use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread::{self, JoinHandle};

use rusqlite::Connection;
use tokio::sync::oneshot;

use super::open::OpenFileError;
use super::{error, run};
use crate::StoreError;
use crate::operation::Operation;

/// Writes that may wait; more are refused at once, which a client can retry.
const WAITING: usize = 4096;
/// Writes that share a commit; bounds how long the first of them waits.
const GROUP: usize = 256;

/// The thread that writes. Whatever waits when it is free goes into one commit, so that many
/// callers share one flush of the disk; each is answered after the commit.
#[derive(Debug)]
pub(super) struct Writer {
    queue: Option<SyncSender<Write>>,
    thread: Option<JoinHandle<()>>,
}

/// Runs inside the group's transaction, or is told why there is none.
type Write = Box<dyn FnOnce(Result<&mut Connection, StoreError>) -> Written + Send>;

struct Written {
    keep: bool,
    /// Tells the caller, once it is known whether the group was committed.
    answer: Box<dyn FnOnce(Result<(), StoreError>) + Send>,
}

impl Writer {
    pub(super) fn start(mut connection: Connection) -> Result<Self, OpenFileError> {
        let (queue, writes) = sync_channel(WAITING);
        let thread = thread::Builder::new()
            .name("sqlite-writer".into())
            .spawn(move || serve(&mut connection, &writes))
            .map_err(OpenFileError::Thread)?;
        Ok(Self { queue: Some(queue), thread: Some(thread) })
    }

    pub(super) async fn write<O: Operation>(&self, operation: O) -> Result<O::Output, O::Error> {
        let (reply, answer) = oneshot::channel();
        let write: Write = Box::new(move |connection| {
            let result = match connection {
                Ok(connection) => run(&operation, connection),
                Err(refused) => Err(refused.into()),
            };
            let keep = result.is_ok();
            let answer = Box::new(move |committed: Result<(), StoreError>| {
                // A refusal, too, rests on what the others of the group wrote.
                let result = committed.map_err(Into::into).and(result);
                // The caller may have gone; the write stands.
                drop(reply.send(result));
            });
            Written { keep, answer }
        });
        let queue = self.queue.as_ref().ok_or(StoreError::Interrupted)?;
        queue.try_send(write).map_err(|refused| match refused {
            TrySendError::Full(_) => StoreError::Overloaded,
            TrySendError::Disconnected(_) => StoreError::Interrupted,
        })?;
        answer.await.unwrap_or(Err(StoreError::Interrupted.into()))
    }
}

impl Drop for Writer {
    /// Lets the thread finish what waits.
    fn drop(&mut self) {
        drop(self.queue.take());
        let Some(thread) = self.thread.take() else { return };
        let ended: Result<(), Box<dyn Any + Send>> = thread.join();
        if ended.is_err() {
            tracing::error!("the thread that writes to the database had panicked");
        }
    }
}

fn serve(connection: &mut Connection, writes: &Receiver<Write>) {
    while let Ok(first) = writes.recv() {
        let group = std::iter::once(first).chain(writes.try_iter()).take(GROUP);
        commit(connection, group);
    }
}

fn commit(connection: &mut Connection, group: impl Iterator<Item = Write>) {
    if let Err(refused) = connection.execute_batch("BEGIN IMMEDIATE") {
        let refused = error(refused);
        for write in group {
            (write(Err(refused.clone())).answer)(Err(refused.clone()));
        }
        return;
    }
    let written: Vec<_> = group.filter_map(|write| savepoint(connection, write)).collect();
    let committed = connection.execute_batch("COMMIT").map_err(error);
    if committed.is_err() {
        roll_back(connection, "ROLLBACK");
    }
    for Written { answer, .. } in written {
        answer(committed.clone());
    }
}

/// A write that fails takes only itself back; one that panics is never answered, which its
/// caller notices.
fn savepoint(connection: &mut Connection, write: Write) -> Option<Written> {
    let begun = if connection.is_autocommit() {
        // A failure ended the transaction of the group: what follows would be kept alone.
        Err(StoreError::Interrupted)
    } else {
        connection.execute_batch("SAVEPOINT one").map_err(error)
    };
    let begun = match begun {
        Ok(()) => Ok(&mut *connection),
        Err(failed) => return Some(write(Err(failed))),
    };
    let written = catch_unwind(AssertUnwindSafe(|| write(begun))).ok();
    if !written.as_ref().is_some_and(|written| written.keep) {
        roll_back(connection, "ROLLBACK TO one");
    }
    if !connection.is_autocommit()
        && let Err(failed) = connection.execute_batch("RELEASE one")
    {
        tracing::error!(error = %failed, "a savepoint could not be released");
    }
    written
}

/// Some failures, such as a full disk, have rolled everything back already; the commit that
/// follows then fails and tells everybody.
fn roll_back(connection: &Connection, statement: &str) {
    if connection.is_autocommit() {
        return;
    }
    if let Err(failed) = connection.execute_batch(statement) {
        tracing::error!(error = %failed, statement, "a failed write could not be rolled back");
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;
    use std::sync::mpsc::channel;

    use futures_util::future::join_all;

    use super::*;
    use crate::transaction::Tx;

    /// Runs a statement when the gate, if any, opens.
    struct Sql(&'static str, Option<Mutex<Receiver<()>>>);

    impl Operation for Sql {
        type Output = usize;
        type Error = StoreError;

        async fn run(&self, tx: &mut Tx<'_>) -> Result<usize, StoreError> {
            if let Some(gate) = &self.1 {
                gate.lock().unwrap().recv().unwrap();
            }
            tx.query_text(self.0, &[]).await.map(|rows| rows.len())
        }
    }

    fn writer(directory: &tempfile::TempDir) -> Writer {
        let connection = super::super::open_file(&directory.path().join("test.db")).unwrap();
        connection.execute_batch("CREATE TABLE t (a INTEGER PRIMARY KEY)").unwrap();
        Writer::start(connection).unwrap()
    }

    /// What becomes of writes that wait behind another one, and so share a commit.
    async fn group(writer: &Writer, statements: &[&'static str]) -> Vec<Result<usize, StoreError>> {
        let (open, gate) = channel();
        let waiting = writer.write(Sql("SELECT 1", Some(Mutex::new(gate))));
        let writes =
            join_all(statements.iter().map(|statement| writer.write(Sql(statement, None))));
        // The writes are polled first and queued, then the gate opens.
        let opening = async { open.send(()).unwrap() };
        let (first, results, ()) = tokio::join!(waiting, writes, opening);
        [vec![first], results].concat()
    }

    async fn rows(writer: &Writer) -> usize {
        writer.write(Sql("SELECT a FROM t", None)).await.unwrap()
    }

    #[tokio::test]
    async fn a_failing_write_takes_only_itself_back() {
        let directory = tempfile::tempdir().unwrap();
        let writer = writer(&directory);
        let twice = "INSERT INTO t VALUES (1) RETURNING a";
        let results = group(&writer, &[twice, twice, "INSERT INTO t VALUES (2)", "nonsense"]).await;
        assert!(matches!(
            results.as_slice(),
            [Ok(_), Ok(_), Err(StoreError::AlreadyExists(_)), Ok(_), Err(StoreError::Database(_))]
        ));
        assert_eq!(rows(&writer).await, 2);
    }

    #[tokio::test]
    async fn a_failing_commit_is_told_to_everyone() {
        let directory = tempfile::tempdir().unwrap();
        let writer = writer(&directory);
        let statements =
            ["INSERT INTO t VALUES (1)", "ROLLBACK", "INSERT INTO t VALUES (1)", "nonsense"];
        let results = group(&writer, &statements).await;
        assert!(results.iter().all(Result::is_err), "{results:?}");
        assert_eq!(rows(&writer).await, 0);
        writer.write(Sql("INSERT INTO t VALUES (3)", None)).await.unwrap();
        assert_eq!(rows(&writer).await, 1);
    }

    #[tokio::test]
    async fn writes_share_a_commit() {
        let directory = tempfile::tempdir().unwrap();
        let writer = writer(&directory);
        let statements =
            ["INSERT INTO t VALUES (1)", "INSERT INTO t VALUES (2)", "SELECT a FROM t"];
        let results = group(&writer, &statements).await;
        assert_eq!(results.last().unwrap().as_ref().unwrap(), &2);
    }
}
