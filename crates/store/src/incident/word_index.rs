//! What SQLite's index of words needs besides its triggers; PostgreSQL looks after its own.

use crate::StoreError;
use crate::transaction::{Statement, Tx};

/// Empties the index, and has it forget of rows that are deleted from here on: as long as a table has
/// a trigger for that, SQLite deletes its rows one by one.
pub(super) async fn forget(tx: &mut Tx<'_>) -> Result<(), StoreError> {
    tx.execute(&FORGET_WORDS_OF_ALL, &[]).await?;
    tx.execute(&DROP_WORDS_DELETED, &[]).await.map(drop)
}

/// Has it follow again.
pub(super) async fn follow(tx: &mut Tx<'_>) -> Result<(), StoreError> {
    tx.execute(&CREATE_WORDS_DELETED, &[]).await.map(drop)
}

/// Whether words of rows that are deleted, or of which some are taken out, leave no trace in it; else
/// they may be there until parts of it are merged, which costs less.
pub(crate) async fn leave_no_trace(tx: &mut Tx<'_>, whether: bool) -> Result<(), StoreError> {
    tx.execute(&LEAVE_NO_TRACE, &[i64::from(whether).into()]).await.map(drop)
}

pub(crate) const FORGET_WORDS_OF_ALL: Statement = Statement {
    sqlite: "INSERT INTO incident_words (incident_words) VALUES ('delete-all')",
    postgres: "DELETE FROM incident WHERE FALSE",
};

pub(crate) const DROP_WORDS_DELETED: Statement = Statement {
    sqlite: "DROP TRIGGER IF EXISTS incident_words_deleted",
    postgres: "DELETE FROM incident WHERE FALSE",
};

pub(crate) const CREATE_WORDS_DELETED: Statement = Statement {
    sqlite: "CREATE TRIGGER IF NOT EXISTS incident_words_deleted AFTER DELETE ON incident BEGIN
    INSERT INTO incident_words (incident_words, rowid, words) VALUES ('delete', old.rowid,
        replace(rtrim(replace(old.words, ' |', '')), ' ', ' ' || replace(old.tenant_id, '-', '')));
END",
    postgres: "DELETE FROM incident WHERE FALSE",
};

pub(crate) const LEAVE_NO_TRACE: Statement = Statement {
    sqlite: "INSERT INTO incident_words (incident_words, rank) VALUES ('secure-delete', $1)",
    postgres: "DELETE FROM incident WHERE missed = CAST($1 AS BIGINT) AND FALSE",
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_trigger_is_that_of_the_schema() {
        let schema = include_str!("../../migrations/sqlite/0014_incident_words.sql");
        let trigger = CREATE_WORDS_DELETED.sqlite.replace("IF NOT EXISTS ", "");
        assert!(schema.contains(&trigger), "{trigger}");
    }
}
