//! The rate at which SQLite commits durably to this disk, with nothing in front of it.

use std::path::Path;
use std::time::Duration;

use anyhow::Result;
use rusqlite::{Connection, params};
use tokio::time::Instant;

use crate::load;

const ROWS: u16 = 16;

/// Rows changed per second when each commit changes this many of them.
pub(crate) fn rows_per_second(folder: &Path, rows: u16, length: Duration) -> Result<f64> {
    let mut database = open(&folder.join("disk.db"))?;
    let start = Instant::now();
    let mut changed = 0;
    while start.elapsed() < length {
        let transaction = database.transaction()?;
        {
            let mut update = transaction
                .prepare_cached("UPDATE connection SET status = 1 - status WHERE id = ?1")?;
            for row in 0..rows {
                changed += update.execute([row % ROWS])?;
            }
        }
        transaction.commit()?;
    }
    Ok(load::count(changed) / start.elapsed().as_secs_f64())
}

/// A table of rows as long as a stored connection, settings as the store has them.
fn open(path: &Path) -> Result<Connection> {
    let database = Connection::open(path)?;
    database.pragma_update(None, "journal_mode", "WAL")?;
    database.pragma_update(None, "synchronous", "FULL")?;
    database.execute_batch(
        "CREATE TABLE IF NOT EXISTS connection (
             id INTEGER PRIMARY KEY, status INTEGER NOT NULL, rest TEXT NOT NULL
         )",
    )?;
    for row in 0..ROWS {
        database.execute(
            "INSERT INTO connection VALUES (?1, 0, ?2) ON CONFLICT DO NOTHING",
            params![row, "x".repeat(400)],
        )?;
    }
    Ok(database)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::rows_per_second;

    #[test]
    fn commits_are_counted() {
        let folder = tempfile::tempdir().unwrap();
        for rows in [1, 16] {
            assert!(rows_per_second(folder.path(), rows, Duration::from_millis(20)).unwrap() > 0.0);
        }
    }
}
