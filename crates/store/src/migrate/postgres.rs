use deadpool_postgres::{Object, Pool};
use model::Timestamp;
use tokio_postgres::Client;
use tokio_postgres::error::SqlState;

use super::{Applied, MigrateError, Migration, checksum, done, pending};
use crate::StoreError;
use crate::postgres::{connection, error};

/// Each statement in a transaction of its own, as distributed databases want it, and each
/// repeatable, because a process may die between two. A lock on a row of the journal keeps a
/// second process waiting; it vanishes with the connection that holds it.
pub(crate) async fn migrate_postgres(
    pool: &Pool,
    known: &[Migration],
    now: Timestamp,
) -> Result<(), MigrateError> {
    let mut locking = connection(pool).await?;
    check_encoding(&locking).await?;
    if let Some(applied) = applied_if_any(&locking).await?
        && pending(known, &applied)?.is_empty()
    {
        return Ok(());
    }
    create_journal(&locking).await?;
    let lock = locking.transaction().await.map_err(error)?;
    lock.batch_execute(NO_LIMITS_HERE).await.map_err(error)?;
    lock.query(LOCK, &[]).await.map_err(error)?;
    // Never given back, so that nobody else goes without limits.
    let working = Object::take(connection(pool).await?);
    working.batch_execute(NO_LIMITS).await.map_err(error)?;
    for migration in pending(known, &applied(&working).await?)? {
        apply(&working, migration, now).await?;
    }
    Ok(lock.commit().await.map_err(error)?)
}

/// What was done to the database until now; `None` if there is nothing of this program in it.
pub(crate) async fn applied_to_postgres<'m>(
    client: &Client,
    known: &'m [Migration],
) -> Result<Option<&'m [Migration]>, MigrateError> {
    let applied = applied_if_any(client).await?;
    applied.map(|applied| done(known, &applied)).transpose()
}

async fn check_encoding(client: &Client) -> Result<(), MigrateError> {
    let row = client.query_one("SHOW server_encoding", &[]).await.map_err(error)?;
    let encoding: String = row.try_get(0).map_err(error)?;
    if encoding == "UTF8" { Ok(()) } else { Err(MigrateError::Encoding(encoding)) }
}

async fn applied_if_any(client: &Client) -> Result<Option<Vec<Applied>>, StoreError> {
    match applied(client).await {
        Err(StoreError::Database(source)) if is_undefined_table(&*source) => Ok(None),
        result => result.map(Some),
    }
}

fn is_undefined_table(source: &(dyn std::error::Error + Send + Sync + 'static)) -> bool {
    let source = source.downcast_ref::<tokio_postgres::Error>();
    source.and_then(tokio_postgres::Error::code) == Some(&SqlState::UNDEFINED_TABLE)
}

/// `IF NOT EXISTS` does not look at what a rival is about to commit; then it is there the next
/// time.
async fn create_journal(client: &Client) -> Result<(), StoreError> {
    let mut attempts = 5;
    loop {
        attempts -= 1;
        match client.batch_execute(JOURNAL).await {
            Ok(()) => break,
            Err(failure) if attempts > 0 && is_rivalry(&failure) => {}
            Err(failure) => return Err(error(failure)),
        }
    }
    client.execute(LOCK_ROW, &[]).await.map(drop).map_err(error)
}

fn is_rivalry(failure: &tokio_postgres::Error) -> bool {
    let codes = [SqlState::UNIQUE_VIOLATION, SqlState::DUPLICATE_TABLE, SqlState::DUPLICATE_OBJECT];
    failure.code().is_some_and(|code| codes.contains(code))
}

async fn applied(client: &Client) -> Result<Vec<Applied>, StoreError> {
    let rows = client.query(APPLIED, &[]).await.map_err(error)?;
    let row = |row: &tokio_postgres::Row| {
        Ok(Applied { version: row.try_get(0)?, checksum: row.try_get(1)? })
    };
    rows.iter().map(row).collect::<Result<_, _>>().map_err(error)
}

async fn apply(client: &Client, migration: &Migration, now: Timestamp) -> Result<(), MigrateError> {
    let Migration { version, name, sql } = *migration;
    for statement in migration.statements() {
        client.batch_execute(statement).await.map_err(|source| MigrateError::Statement {
            version,
            name,
            source: source.into(),
        })?;
    }
    let checksum = checksum(sql);
    let recorded = client.execute(RECORD, &[&version, &name, &checksum, &now.ticks()]).await;
    Ok(recorded.map(drop).map_err(error)?)
}

const JOURNAL: &str = r#"
    CREATE TABLE IF NOT EXISTS schema_migration (
        version BIGINT NOT NULL PRIMARY KEY,
        name TEXT COLLATE "C" NOT NULL,
        checksum TEXT COLLATE "C" NOT NULL,
        applied BIGINT NOT NULL
    )"#;

/// Migrations count from 1.
const LOCK_ROW: &str = "
    INSERT INTO schema_migration (version, name, checksum, applied) VALUES (0, 'lock', '', 0)
    ON CONFLICT (version) DO NOTHING";

/// The other process may migrate for as long as it needs.
const NO_LIMITS_HERE: &str = "SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0";

/// There is no transaction that it could be local to.
const NO_LIMITS: &str = "SET statement_timeout = 0; SET lock_timeout = 0";

const LOCK: &str = "SELECT version FROM schema_migration WHERE version = 0 FOR UPDATE";

const APPLIED: &str =
    "SELECT version, checksum FROM schema_migration WHERE version > 0 ORDER BY version";

const RECORD: &str =
    "INSERT INTO schema_migration (version, name, checksum, applied) VALUES ($1, $2, $3, $4)";
