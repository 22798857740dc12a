//! PostgreSQL: a pool of connections, and transactions that are run again when they may be.

mod attempt;
mod backoff;
mod connect;
mod failure;
mod statement;

use std::sync::Arc;

use deadpool_postgres::Pool;
use model::Rng;

use crate::operation::Operation;

pub(crate) use attempt::CLAIM_EVENT;
pub use connect::ConnectError;
pub(crate) use connect::connect;
pub(crate) use failure::{error, note};
pub(crate) use statement::{execute, prepare, query, query_once};

use attempt::{Attempt, Attempts, Kind};
use backoff::Backoff;

/// A database server.
#[derive(Debug)]
pub(crate) struct Postgres {
    pool: Pool,
    rng: Arc<dyn Rng>,
}

impl Postgres {
    pub(crate) fn new(pool: Pool, rng: Arc<dyn Rng>) -> Self {
        Self { pool, rng }
    }

    /// Every operation that decides on a row locks it by `FOR UPDATE` first, and no decision
    /// rests on more than that row. So READ COMMITTED is enough: a waiting operation goes on with
    /// the row as the other one left it, where a stricter level would fail and start again.
    pub(crate) async fn write<O: Operation>(&self, operation: &O) -> Result<O::Output, O::Error> {
        self.run(operation, Kind::Write).await
    }

    /// One statement, which is a transaction of its own.
    pub(crate) async fn point<O: Operation>(&self, operation: &O) -> Result<O::Output, O::Error> {
        self.run(operation, Kind::Point).await
    }

    /// Any number of statements that see one snapshot.
    pub(crate) async fn scan<O: Operation>(&self, operation: &O) -> Result<O::Output, O::Error> {
        self.run(operation, Kind::Scan).await
    }

    async fn run<O: Operation>(&self, operation: &O, kind: Kind) -> Result<O::Output, O::Error> {
        let mut attempts = Attempts::new(&self.pool, operation, kind);
        let mut backoff = Backoff::new(&*self.rng);
        loop {
            match attempts.next().await {
                Attempt::Done(result) => return result,
                Attempt::Again(reason) => {
                    if !backoff.wait().await {
                        return Err(reason.into());
                    }
                    tracing::debug!(error = ?reason, "a transaction is tried again");
                }
            }
        }
    }
}
