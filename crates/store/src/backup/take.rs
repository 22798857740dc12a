use std::path::{Path, PathBuf};

use model::Timestamp;
use tokio::sync::mpsc::channel;
use tokio::task::spawn_blocking;
use tokio_postgres::{Config, IsolationLevel};

use super::batch::{WAITING, both, joined};
use super::draft::Draft;
use super::{Backup, BackupError, file, server};
use crate::DatabaseUrl;
use crate::migrate::{POSTGRES, SQLITE, applied_to_postgres, applied_to_sqlite};
use crate::postgres::{self, error};
use crate::sqlite::connect_reader;

impl Backup {
    /// Copies a database as it is at one moment, also while a service works on it, into a file that
    /// is there when it is whole. The schema stays the one that the database has.
    pub async fn take(url: &DatabaseUrl, path: &Path, now: Timestamp) -> Result<Self, BackupError> {
        let draft = Draft::of(path)?;
        match url {
            DatabaseUrl::Sqlite(database) => of_file(database.clone(), &draft, now).await?,
            DatabaseUrl::Postgres(config) => of_server(config, &draft, now).await?,
        }
        let taken = Self::open(draft.path()).await?;
        draft.finish()?;
        Ok(Self { path: path.to_owned(), ..taken })
    }
}

async fn of_file(database: PathBuf, draft: &Draft, now: Timestamp) -> Result<(), BackupError> {
    let (draft, from) = (draft.path().to_owned(), database.clone());
    let filling = spawn_blocking(move || {
        let schema = applied_to_sqlite(&connect_reader(&from)?, &SQLITE)?;
        file::make(&draft, schema, now)
    });
    file::copy(database, joined(filling.await)?).await
}

async fn of_server(config: &Config, draft: &Draft, now: Timestamp) -> Result<(), BackupError> {
    let pool = postgres::connect(config)?;
    let mut client = postgres::connection(&pool).await?;
    let snapshot = client.build_transaction().isolation_level(IsolationLevel::RepeatableRead);
    let snapshot = snapshot.read_only(true).start().await.map_err(error)?;
    snapshot.batch_execute(server::NO_LIMITS).await.map_err(error)?;
    let schema =
        applied_to_postgres(snapshot.client(), &POSTGRES).await?.ok_or(BackupError::NoDatabase)?;
    let schema = SQLITE.get(..schema.len()).unwrap_or_default();
    let draft = draft.path().to_owned();
    let filling = joined(spawn_blocking(move || file::make(&draft, schema, now)).await)?;
    let tables = filling.tables.clone();
    let (to, batches) = channel(WAITING);
    let filling = spawn_blocking(move || filling.fill(batches));
    both(async { joined(filling.await) }, async { Ok(server::read(&snapshot, &tables, to).await?) })
        .await
}
