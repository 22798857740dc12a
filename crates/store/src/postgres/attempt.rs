use std::sync::Arc;

use deadpool_postgres::{Object, Pool, PoolError, StatementCache, Transaction};
use tokio_postgres::{Client, IsolationLevel};

use super::failure::{error, leaves_outcome_open};
use super::limit::{answer, is_out_of_time, within_limit};
use super::statement::execute;
use crate::operation::Operation;
use crate::row::Param;
use crate::transaction::{Statement, Tx};
use crate::{Source, StoreError};

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
    /// Another attempt might take as long again.
    OutOfTime(StoreError),
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
            Err(failure) => return self.failed(StoreError::Unavailable(Arc::new(failure))),
        };
        let step = match self.ask_for_unanswered(&mut connection).await {
            Ok(Some(output)) => Attempt::Done(Ok(output)),
            Ok(None) => self.run(&mut connection).await,
            Err(failure) => self.failed(failure),
        };
        if !matches!(step, Attempt::Done(_)) {
            // It is broken or silent, or its server follows another one now.
            drop(Object::take(connection));
        }
        step
    }

    async fn run(&mut self, connection: &mut Object) -> Step<O> {
        if self.kind == Kind::Point {
            return match self.call(connection, &connection.statement_cache).await {
                (_, Some(failure)) => self.failed(failure),
                (result, None) => Attempt::Done(result),
            };
        }
        let transaction = match begin(connection, self.kind).await {
            Ok(transaction) => transaction,
            Err(failure) => return self.failed(failure),
        };
        match self.call(transaction.client(), &transaction.statement_cache).await {
            (_, Some(failure)) => self.failed(failure),
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
        let writes = self.kind == Kind::Write;
        let source: Source = match within_limit(transaction.commit()).await {
            Ok(Ok(())) => return Attempt::Done(Ok(output)),
            Ok(Err(failure)) if writes && leaves_outcome_open(&failure) => Arc::new(failure),
            Ok(Err(failure)) => return self.failed(error(failure)),
            Err(silence) if writes => Arc::new(silence),
            Err(silence) => return self.failed(silence.into()),
        };
        let failure = StoreError::OutcomeUnknown(source);
        if self.operation.witness().is_none() {
            return Attempt::OutOfTime(failure);
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
        answer(transaction.rollback()).await?;
        Ok(self.unanswered.take().filter(|_| inserted == 0))
    }

    fn failed(&self, failure: StoreError) -> Step<O> {
        let out_of_time = is_out_of_time(&failure);
        let failure = match failure {
            StoreError::Unavailable(source) if self.unanswered.is_some() => {
                StoreError::OutcomeUnknown(source)
            }
            StoreError::Unavailable(_) => failure,
            other => return Attempt::Done(Err(other.into())),
        };
        if out_of_time { Attempt::OutOfTime(failure) } else { Attempt::Again(failure) }
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
    answer(builder.start()).await
}

pub(crate) const CLAIM_EVENT: Statement = Statement::new(
    "INSERT INTO audit_event
     (tenant_id, event_id, occurred, actor, application, activity, connection_id, changed)
     VALUES ($1, $2, 0, '', '', '', '', '[]') ON CONFLICT (tenant_id, event_id) DO NOTHING",
);
