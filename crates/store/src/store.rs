use std::sync::Arc;

use model::{Clock, Rng, TenantId};

use crate::backend::Backend;
use crate::migrate::MigrateError;
use crate::operation::{Operation, Witness};
use crate::postgres::ConnectError;
use crate::seal::{Keyring, SealError, Sealer};
use crate::sqlite::OpenFileError;
use crate::statements::STATEMENTS;
use crate::transaction::{Statement, Tx};
use crate::{DatabaseUrl, MasterKey, StoreError};

/// The database. Cheap to clone; the last clone to go lets pending writes finish.
#[derive(Debug, Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    backend: Backend,
    keyring: Keyring,
    rng: Arc<dyn Rng>,
    clock: Arc<dyn Clock>,
}

/// The database cannot be used at all.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The SQLite file.
    #[error(transparent)]
    File(#[from] OpenFileError),
    /// The way to PostgreSQL.
    #[error(transparent)]
    Connect(#[from] ConnectError),
    /// The schema.
    #[error(transparent)]
    Migrate(#[from] MigrateError),
    /// The data keys; says so when the master key is another one.
    #[error("the keys in the database cannot be used")]
    Keys(#[from] StoreError),
    /// The runtime is shutting down.
    #[error("opening the database was interrupted")]
    Interrupted,
}

impl Store {
    /// Connects, brings the schema up to date and unwraps the data keys.
    pub async fn open(
        url: &DatabaseUrl,
        master: MasterKey,
        rng: Arc<dyn Rng>,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, OpenError> {
        let backend = Backend::open(url, Arc::clone(&rng), clock.now()).await?;
        let keyring = Keyring::open(&backend, master, Arc::clone(&rng), clock.now()).await?;
        Ok(Self { inner: Arc::new(Inner { backend, keyring, rng, clock }) })
    }

    /// Asks the database for a sign of life.
    pub async fn ping(&self) -> Result<(), StoreError> {
        self.backend().point(Ping).await
    }

    /// Has the database check every statement of the program against its schema.
    pub async fn check_statements(&self) -> Result<(), StoreError> {
        self.backend().scan(CheckStatements).await
    }

    pub(crate) fn backend(&self) -> &Backend {
        &self.inner.backend
    }

    pub(crate) fn keyring(&self) -> &Keyring {
        &self.inner.keyring
    }

    /// Does work that seals or opens; once more, with the data keys of now, if it met one that
    /// another process made.
    pub(crate) async fn with_sealer<T, F>(
        &self,
        work: impl Fn(Sealer) -> F,
    ) -> Result<T, StoreError>
    where
        F: Future<Output = Result<T, StoreError>>,
    {
        match work(self.keyring().sealer()).await {
            Err(StoreError::Seal(SealError::UnknownDataKey { .. })) => {
                self.keyring().reload(self.backend()).await?;
                work(self.keyring().sealer()).await
            }
            result => result,
        }
    }

    pub(crate) fn clock(&self) -> &dyn Clock {
        &*self.inner.clock
    }

    pub(crate) fn rng(&self) -> &dyn Rng {
        &*self.inner.rng
    }

    /// Makes up the key of an audit event.
    pub(crate) fn witness(&self, tenant: TenantId) -> Witness {
        Witness { tenant: tenant.to_string(), event: self.rng().uuid().to_string() }
    }
}

struct Ping;

impl Operation for Ping {
    type Output = ();
    type Error = StoreError;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        tx.query(&PING, &[]).await.map(drop)
    }
}

struct CheckStatements;

impl Operation for CheckStatements {
    type Output = ();
    type Error = StoreError;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        for statement in STATEMENTS {
            tx.prepare(statement).await?;
        }
        Ok(())
    }
}

/// Cast, because a plain 1 is an INT4 of PostgreSQL, which no column of the schema is.
pub(crate) const PING: Statement = Statement::new("SELECT CAST(1 AS BIGINT)");
