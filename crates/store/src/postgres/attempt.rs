use std::sync::Arc;

use deadpool_postgres::{Object, Pool, PoolError, StatementCache, Transaction};
use tokio_postgres::{Client, IsolationLevel};

use super::failure::{error, leaves_outcome_open};
use super::statement::execute;
use crate::StoreError;
use crate::operation::Operation;
use crate::row::Param;
use crate::transaction::{Statement, Tx};

/// What an operation needs of its transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Point,
    Scan,
    Write,
}

pub(super) enum Attempt<T> {
    Done(T),
    Again(StoreError),
}

/// The attempts to run one operation.
pub(super) struct Attempts<'a, O: Operation> {
    pool: &'a Pool,
    operation: &'a O,
    kind: Kind,
    /// What an attempt came to whose COMMIT was not answered.
    unanswered: Option<O::Output>,
}

type Step<O> = Attempt<Result<<O as Operation>::Output, <O as Operation>::Error>>;

impl<'a, O: Operation> Attempts<'a, O> {
    pub(super) fn new(pool: &'a Pool, operation: &'a O, kind: Kind) -> Self {
        Self { pool, operation, kind, unanswered: None }
    }

    pub(super) async fn next(&mut self) -> Step<O> {
        let mut connection = match self.pool.get().await {
            Ok(connection) => connection,
            Err(PoolError::Backend(failure)) => return self.failed(error(failure)),
            // This took its time already.
            Err(failure) => {
                return Attempt::Done(Err(StoreError::Unavailable(Arc::new(failure)).into()));
            }
        };
        let step = match self.ask_for_unanswered(&mut connection).await {
            Ok(Some(output)) => Attempt::Done(Ok(output)),
            Ok(None) => self.run(&mut connection).await,
            Err(failure) => self.failed(failure),
        };
        if matches!(step, Attempt::Again(_)) {
            // It is broken, or its server follows another one now.
            drop(Object::take(connection));
        }
        step
    }

    async fn run(&mut self, connection: &mut Object) -> Step<O> {
        if self.kind == Kind::Point {
            return match self.call(connection, &connection.statement_cache).await {
                (_, Some(failure)) => Attempt::Again(failure),
                (result, None) => Attempt::Done(result),
            };
        }
        let transaction = match begin(connection, self.kind).await {
            Ok(transaction) => transaction,
            Err(failure) => return self.failed(failure),
        };
        match self.call(transaction.client(), &transaction.statement_cache).await {
            (_, Some(failure)) => Attempt::Again(failure),
            // Dropping the transaction rolls it back.
            (Err(refused), None) => Attempt::Done(Err(refused)),
            (Ok(output), None) => self.commit(transaction, output).await,
        }
    }

    async fn call(
        &self,
        client: &Client,
        cache: &StatementCache,
    ) -> (Result<O::Output, O::Error>, Option<StoreError>) {
        let mut transient = None;
        let result = self
            .operation
            .run(&mut Tx::Postgres { client, cache, transient: &mut transient })
            .await;
        (result, transient)
    }

    async fn commit(&mut self, transaction: Transaction<'_>, output: O::Output) -> Step<O> {
        let Err(failure) = transaction.commit().await else { return Attempt::Done(Ok(output)) };
        if self.kind == Kind::Scan || !leaves_outcome_open(&failure) {
            return self.failed(error(failure));
        }
        let failure = StoreError::OutcomeUnknown(Arc::new(failure));
        if self.operation.witness().is_none() {
            return Attempt::Done(Err(failure.into()));
        }
        self.unanswered = Some(output);
        Attempt::Again(failure)
    }

    /// Finds out whether the commit happened: its audit event can be inserted only if it did not.
    /// If that transaction still ends on the server, the insert waits for it.
    async fn ask_for_unanswered(
        &mut self,
        connection: &mut Object,
    ) -> Result<Option<O::Output>, StoreError> {
        let (Some(_), Some(witness)) = (&self.unanswered, self.operation.witness()) else {
            return Ok(None);
        };
        let params = [Param::from(&witness.tenant), Param::from(&witness.event)];
        let transaction = begin(connection, Kind::Write).await?;
        let (client, cache) = (transaction.client(), &transaction.statement_cache);
        let inserted = execute(client, cache, CLAIM_EVENT.postgres, &params).await?;
        transaction.rollback().await.map_err(error)?;
        Ok(self.unanswered.take().filter(|_| inserted == 0))
    }

    fn failed(&self, failure: StoreError) -> Step<O> {
        match failure {
            StoreError::Unavailable(source) if self.unanswered.is_some() => {
                Attempt::Again(StoreError::OutcomeUnknown(source))
            }
            StoreError::Unavailable(_) => Attempt::Again(failure),
            other => Attempt::Done(Err(other.into())),
        }
    }
}

async fn begin(connection: &mut Object, kind: Kind) -> Result<Transaction<'_>, StoreError> {
    let builder = connection.build_transaction();
    let builder = match kind {
        Kind::Write => builder.isolation_level(IsolationLevel::ReadCommitted),
        Kind::Scan | Kind::Point => {
            builder.isolation_level(IsolationLevel::RepeatableRead).read_only(true)
        }
    };
    builder.start().await.map_err(error)
}

pub(crate) const CLAIM_EVENT: Statement = Statement::new(
    "INSERT INTO audit_event
     (tenant_id, event_id, occurred, actor, application, activity, connection_id, changed)
     VALUES ($1, $2, 0, '', '', '', '', '[]') ON CONFLICT (tenant_id, event_id) DO NOTHING",
);
