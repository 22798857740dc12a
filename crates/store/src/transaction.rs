use deadpool_postgres::StatementCache;
use tokio_postgres::Client;

use crate::StoreError;
use crate::postgres::Letters;
use crate::query::{Dialect, Text};
use crate::row::{Param, Row};
use crate::{postgres, sqlite};

/// A statement with `$1` binds: one text for both databases, or one for each where they differ.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Statement {
    pub(crate) sqlite: &'static str,
    pub(crate) postgres: &'static str,
}

impl Statement {
    pub(crate) const fn new(text: &'static str) -> Self {
        Self { sqlite: text, postgres: text }
    }

    /// For [`Tx::query_each`] and [`Tx::execute_each`]: the first text takes one row's values, the
    /// second an array for each of them.
    pub(crate) const fn each(sqlite: &'static str, postgres: &'static str) -> Self {
        Self { sqlite, postgres }
    }

    /// The second text ends in `FOR UPDATE`, which SQLite neither knows nor needs.
    pub(crate) const fn locking(sqlite: &'static str, postgres: &'static str) -> Self {
        Self { sqlite, postgres }
    }
}

const COUNT: &str = "COUNT(*)";

/// A running transaction. With SQLite its futures are always ready at once.
pub(crate) enum Tx<'a> {
    Sqlite(&'a mut rusqlite::Connection),
    Postgres {
        client: &'a Client,
        cache: &'a StatementCache,
        /// Set by a statement that failed for a reason that passes.
        transient: &'a mut Option<StoreError>,
    },
}

/// For statements that map no letters.
static NO_LETTERS: Letters = Letters { lower: None, upper: None };

impl Tx<'_> {
    /// For statements that are made in the middle of a transaction.
    pub(crate) const fn dialect(&self) -> Dialect<'static> {
        match self {
            Self::Sqlite(_) => Dialect::Sqlite,
            Self::Postgres { .. } => Dialect::Postgres(&NO_LETTERS),
        }
    }

    pub(crate) async fn query(
        &mut self,
        statement: &Statement,
        params: &[Param],
    ) -> Result<Vec<Row>, StoreError> {
        match self {
            Self::Sqlite(connection) => sqlite::query(connection, statement.sqlite, params),
            Self::Postgres { client, cache, transient } => {
                let rows = postgres::query(client, cache, statement.postgres, params).await;
                rows.map_err(|error| postgres::note(error, transient))
            }
        }
    }

    /// Runs a text that was made for one request; PostgreSQL does not keep it prepared.
    pub(crate) async fn query_text(
        &mut self,
        text: &str,
        params: &[Param],
    ) -> Result<Vec<Row>, StoreError> {
        match self {
            Self::Sqlite(connection) => sqlite::query(connection, text, params),
            Self::Postgres { client, transient, .. } => {
                let rows = postgres::query_once(client, text, params).await;
                rows.map_err(|error| postgres::note(error, transient))
            }
        }
    }

    /// Answers how many rows were touched.
    pub(crate) async fn execute(
        &mut self,
        statement: &Statement,
        params: &[Param],
    ) -> Result<u64, StoreError> {
        match self {
            Self::Sqlite(connection) => sqlite::execute(connection, statement.sqlite, params),
            Self::Postgres { client, cache, transient } => {
                let count = postgres::execute(client, cache, statement.postgres, params).await;
                count.map_err(|error| postgres::note(error, transient))
            }
        }
    }

    /// Asks for many rows at once; `shared` values come before those of each row.
    pub(crate) async fn query_each(
        &mut self,
        statement: &Statement,
        shared: &[Param],
        each: &[Vec<Param>],
    ) -> Result<Vec<Row>, StoreError> {
        match self {
            _ if each.is_empty() => Ok(Vec::new()),
            Self::Sqlite(connection) => {
                sqlite::query_each(connection, statement.sqlite, shared, each)
            }
            Self::Postgres { client, cache, transient } => {
                let text = statement.postgres;
                let rows = postgres::query_each(client, cache, text, shared, each).await;
                rows.map_err(|error| postgres::note(error, transient))
            }
        }
    }

    /// Writes many rows at once; answers how many were touched.
    pub(crate) async fn execute_each(
        &mut self,
        statement: &Statement,
        shared: &[Param],
        each: &[Vec<Param>],
    ) -> Result<u64, StoreError> {
        match self {
            _ if each.is_empty() => Ok(0),
            Self::Sqlite(connection) => {
                sqlite::execute_each(connection, statement.sqlite, shared, each)
            }
            Self::Postgres { client, cache, transient } => {
                let text = statement.postgres;
                let count = postgres::execute_each(client, cache, text, shared, each).await;
                count.map_err(|error| postgres::note(error, transient))
            }
        }
    }

    pub(crate) async fn count(&mut self, count: &Text) -> Result<u64, StoreError> {
        let rows = self.query_text(&count.sql, &count.params).await?;
        let none = || StoreError::Corrupt { column: COUNT };
        let count = rows.into_iter().next().ok_or_else(none)?.integer(COUNT)?;
        u64::try_from(count).map_err(|_negative| none())
    }

    /// Prepares without running.
    pub(crate) async fn prepare(&mut self, statement: &Statement) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(connection) => sqlite::prepare(connection, statement.sqlite),
            Self::Postgres { client, cache, transient } => {
                let prepared = postgres::prepare(client, cache, statement.postgres).await;
                prepared.map_err(|error| postgres::note(error, transient))
            }
        }
    }
}
