use std::path::Path;

use model::Timestamp;
use tokio::sync::mpsc::channel;
use tokio::task::spawn_blocking;
use tokio_postgres::Config;

use super::batch::{WAITING, both, joined};
use super::draft::Draft;
use super::{Backup, BackupError, file, server};
use crate::migrate::{POSTGRES, SQLITE, migrate_postgres, migrate_sqlite};
use crate::postgres::{self, error};
use crate::sqlite::open_file;
use crate::{DatabaseUrl, MasterKey};

impl Backup {
    /// Makes a database of it, of the schema of this version; all of it or nothing. The key must be
    /// the one that the secrets in it were sealed under.
    pub async fn restore(
        &self,
        url: &DatabaseUrl,
        master: &MasterKey,
        now: Timestamp,
    ) -> Result<(), BackupError> {
        for key in &self.keys {
            key.unwrap(master)?;
        }
        match url {
            DatabaseUrl::Sqlite(database) => self.fill_file(database, now).await,
            DatabaseUrl::Postgres(config) => self.fill_server(config, now).await,
        }
    }

    async fn fill_file(&self, database: &Path, now: Timestamp) -> Result<(), BackupError> {
        let draft = Draft::of(database)?;
        let (path, schema) = (draft.path().to_owned(), self.schema);
        let filling = joined(spawn_blocking(move || file::make(&path, schema, now)).await)?;
        file::copy(self.path.clone(), filling).await?;
        let path = draft.path().to_owned();
        joined(spawn_blocking(move || bring_up_to_date(&path, now)).await)?;
        draft.finish()
    }

    async fn fill_server(&self, config: &Config, now: Timestamp) -> Result<(), BackupError> {
        let pool = postgres::connect(config)?;
        let schema = POSTGRES.get(..self.schema.len()).unwrap_or_default();
        migrate_postgres(&pool, schema, now).await?;
        let path = self.path.clone();
        let tables = joined(spawn_blocking(move || file::tables_of(&path)).await)?;
        let mut client = postgres::connection(&pool).await?;
        let transaction = client.transaction().await.map_err(error)?;
        transaction.batch_execute(server::NO_LIMITS).await.map_err(error)?;
        server::check_empty(&transaction, &tables).await?;
        let (to, batches) = channel(WAITING);
        let (from, read) = (self.path.clone(), tables.clone());
        let reading = spawn_blocking(move || file::read(&from, &read, &to));
        both(async { Ok(server::write(&transaction, &tables, batches).await?) }, async {
            joined(reading.await)
        })
        .await?;
        if tables.iter().any(|table| table.name == server::DISCARDED) {
            transaction.batch_execute(server::CLEAR).await.map_err(error)?;
        }
        transaction.commit().await.map_err(error)?;
        Ok(migrate_postgres(&pool, &POSTGRES, now).await?)
    }
}

/// What this version changed since the backup was taken.
fn bring_up_to_date(path: &Path, now: Timestamp) -> Result<(), BackupError> {
    let mut connection = open_file(path)?;
    migrate_sqlite(&mut connection, &SQLITE, now)?;
    Ok(())
}
