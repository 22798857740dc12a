use model::Timestamp;
use rusqlite::{Connection, TransactionBehavior};

use super::{Applied, MigrateError, Migration, checksum, done, pending};
use crate::sqlite::error;

/// Everything in one transaction, which another process waits for.
pub(crate) fn migrate_sqlite(
    connection: &mut Connection,
    known: &[Migration],
    now: Timestamp,
) -> Result<(), MigrateError> {
    let transaction =
        connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(error)?;
    transaction.execute_batch(JOURNAL).map_err(error)?;
    for migration in pending(known, &applied(&transaction)?)? {
        let Migration { version, name, sql } = *migration;
        transaction.execute_batch(sql).map_err(|source| MigrateError::Statement {
            version,
            name,
            source: source.into(),
        })?;
        transaction.execute(RECORD, (version, name, checksum(sql), now.ticks())).map_err(error)?;
    }
    Ok(transaction.commit().map_err(error)?)
}

/// What was done to the file until now; an error of the journal if it is not of this program.
pub(crate) fn applied_to_sqlite<'m>(
    connection: &Connection,
    known: &'m [Migration],
) -> Result<&'m [Migration], MigrateError> {
    done(known, &applied(connection)?)
}

fn applied(connection: &Connection) -> Result<Vec<Applied>, MigrateError> {
    let mut statement = connection.prepare(APPLIED).map_err(error)?;
    let rows = statement
        .query_map((), |row| Ok(Applied { version: row.get(0)?, checksum: row.get(1)? }))
        .map_err(error)?;
    Ok(rows.collect::<Result<_, _>>().map_err(error)?)
}

const JOURNAL: &str = "
    CREATE TABLE IF NOT EXISTS schema_migration (
        version INTEGER NOT NULL PRIMARY KEY,
        name TEXT NOT NULL,
        checksum TEXT NOT NULL,
        applied INTEGER NOT NULL
    ) STRICT";

const APPLIED: &str = "SELECT version, checksum FROM schema_migration ORDER BY version";

const RECORD: &str =
    "INSERT INTO schema_migration (version, name, checksum, applied) VALUES (?1, ?2, ?3, ?4)";
