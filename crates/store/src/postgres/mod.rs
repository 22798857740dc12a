//! PostgreSQL: a pool of connections, and transactions that are run again when they may be.

mod arrays;
mod attempt;
mod backoff;
mod connect;
mod failure;
mod letters;
mod limit;
mod pool;
mod statement;

use std::sync::Arc;

use deadpool_postgres::Pool;
use model::Rng;

use crate::StoreError;
use crate::operation::Operation;

pub(crate) use arrays::{execute_each, query_each};
pub(crate) use attempt::CLAIM_EVENT;
pub use connect::ConnectError;
pub(crate) use connect::connect;
pub(crate) use failure::{error, note};
pub(crate) use letters::{Amendment, Letters};
pub(crate) use pool::connection;
pub(crate) use statement::{bound, execute, prepare, query, query_once, row};

use attempt::{Attempt, Attempts, Kind};
use backoff::Backoff;

/// A database server.
#[derive(Debug)]
pub(crate) struct Postgres {
    pool: Pool,
    rng: Arc<dyn Rng>,
    letters: Letters,
}

impl Postgres {
    /// Takes a pool whose schema is up to date.
    pub(crate) async fn start(pool: Pool, rng: Arc<dyn Rng>) -> Result<Self, StoreError> {
        let letters = Letters::of(&pool).await?;
        Ok(Self { pool, rng, letters })
    }

    pub(crate) const fn letters(&self) -> &Letters {
        &self.letters
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
                Attempt::OutOfTime(reason) => return Err(reason.into()),
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
