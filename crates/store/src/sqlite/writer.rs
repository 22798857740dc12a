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
    let connection_or_error = match connection.execute_batch("SAVEPOINT one") {
        Ok(()) => Ok(&mut *connection),
        Err(failed) => Err(error(failed)),
    };
    let written = catch_unwind(AssertUnwindSafe(|| write(connection_or_error))).ok();
    if !written.as_ref().is_some_and(|written| written.keep) {
        roll_back(connection, "ROLLBACK TO one");
    }
    if let Err(failed) = connection.execute_batch("RELEASE one") {
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
