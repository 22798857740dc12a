use std::sync::Arc;

use model::{Rng, Timestamp};
use tokio::task::spawn_blocking;

use crate::migrate::{self, migrate_postgres, migrate_sqlite};
use crate::operation::Operation;
use crate::postgres::{self, Postgres};
use crate::query::Dialect;
use crate::sqlite::{self, Sqlite};
use crate::{DatabaseUrl, OpenError};

/// The database that was chosen at the start.
#[derive(Debug)]
pub(crate) enum Backend {
    Sqlite(Sqlite),
    Postgres(Postgres),
}

impl Backend {
    /// Connects and brings the schema up to date.
    pub(crate) async fn open(
        url: &DatabaseUrl,
        rng: Arc<dyn Rng>,
        now: Timestamp,
    ) -> Result<Self, OpenError> {
        match url {
            DatabaseUrl::Sqlite(path) => {
                let path = path.clone();
                let open = move || {
                    let mut connection = sqlite::open_file(&path)?;
                    migrate_sqlite(&mut connection, &migrate::SQLITE, now)?;
                    Ok(Self::Sqlite(Sqlite::start(connection, &path)?))
                };
                spawn_blocking(open).await.unwrap_or(Err(OpenError::Interrupted))
            }
            DatabaseUrl::Postgres(config) => {
                let pool = postgres::connect(config)?;
                migrate_postgres(&pool, &migrate::POSTGRES, now).await?;
                Ok(Self::Postgres(Postgres::start(pool, rng).await?))
            }
        }
    }

    pub(crate) const fn dialect(&self) -> Dialect<'_> {
        match self {
            Self::Sqlite(_) => Dialect::Sqlite,
            Self::Postgres(postgres) => Dialect::Postgres(postgres.letters()),
        }
    }

    /// See [`Sqlite::write`] and [`Postgres::write`].
    pub(crate) async fn write<O: Operation>(&self, operation: O) -> Result<O::Output, O::Error> {
        match self {
            Self::Sqlite(sqlite) => sqlite.write(operation).await,
            Self::Postgres(postgres) => postgres.write(&operation).await,
        }
    }

    /// A read by one statement that finds a few rows by key.
    pub(crate) async fn point<O: Operation>(&self, operation: O) -> Result<O::Output, O::Error> {
        match self {
            Self::Sqlite(sqlite) => sqlite.point(&operation).await,
            Self::Postgres(postgres) => postgres.point(&operation).await,
        }
    }

    /// Any other read, in one snapshot.
    pub(crate) async fn scan<O: Operation>(&self, operation: O) -> Result<O::Output, O::Error> {
        match self {
            Self::Sqlite(sqlite) => sqlite.scan(operation).await,
            Self::Postgres(postgres) => postgres.scan(&operation).await,
        }
    }
}
