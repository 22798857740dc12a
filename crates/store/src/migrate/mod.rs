//! Brings a database to the schema of this version.

mod files;
mod postgres;
mod sqlite;

use std::error::Error;

use aws_lc_rs::digest::{SHA256, digest};

use crate::StoreError;

pub(crate) use files::{Migration, POSTGRES, SQLITE};
pub(crate) use postgres::{applied_to_postgres, migrate_postgres};
pub(crate) use sqlite::{applied_to_sqlite, migrate_sqlite};

/// The schema of a database is not, and cannot be made, the one of this version.
#[derive(Debug, thiserror::Error)]
pub enum MigrateError {
    /// A later version of the program was here.
    #[error("the database has schema {found}, this version knows schema {known} at most")]
    Newer {
        /// Schema of the database.
        found: i64,
        /// Schema of this program.
        known: i64,
    },
    /// What was applied once is not what this version would apply.
    #[error("migration {version} ({name}) of the database differs from the one of this version")]
    Differs {
        /// Number of the migration.
        version: i64,
        /// Its name here.
        name: &'static str,
    },
    /// PostgreSQL with another encoding would refuse or change text.
    #[error("the database is encoded in {0}, UTF8 is needed")]
    Encoding(String),
    /// A statement of a migration failed.
    #[error("migration {version} ({name}) failed")]
    Statement {
        /// Number of the migration.
        version: i64,
        /// Its name.
        name: &'static str,
        /// Why.
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
    /// The list of applied migrations cannot be kept.
    #[error("the list of migrations in the database cannot be used")]
    Journal(#[from] StoreError),
}

/// A migration that the database says it has.
struct Applied {
    version: i64,
    checksum: String,
}

/// What remains to be done, in order.
fn pending<'m>(
    known: &'m [Migration],
    applied: &[Applied],
) -> Result<Vec<&'m Migration>, MigrateError> {
    let newest = known.last().map_or(0, |migration| migration.version);
    if let Some(newer) = applied.iter().find(|applied| applied.version > newest) {
        return Err(MigrateError::Newer { found: newer.version, known: newest });
    }
    let mut pending = Vec::new();
    for migration in known {
        match applied.iter().find(|applied| applied.version == migration.version) {
            None => pending.push(migration),
            Some(applied) if applied.checksum == checksum(migration.sql) => {}
            Some(_) => {
                let Migration { version, name, .. } = *migration;
                return Err(MigrateError::Differs { version, name });
            }
        }
    }
    Ok(pending)
}

/// Those that a database has, for making another one like it.
fn done<'m>(known: &'m [Migration], applied: &[Applied]) -> Result<&'m [Migration], MigrateError> {
    let left = pending(known, applied)?.len();
    Ok(known.get(..known.len().saturating_sub(left)).unwrap_or_default())
}

fn checksum(text: &str) -> String {
    crate::seal::hex(digest(&SHA256, text.as_bytes()).as_ref())
}

#[cfg(test)]
mod tests {
    use super::*;

    const KNOWN: [Migration; 2] = [
        Migration { version: 1, name: "0001_first", sql: "one" },
        Migration { version: 2, name: "0002_second", sql: "two" },
    ];

    fn check(applied: &[(i64, &str)], expect: Result<&[i64], &str>) {
        let applied: Vec<_> = applied
            .iter()
            .map(|&(version, sql)| Applied { version, checksum: checksum(sql) })
            .collect();
        let got = pending(&KNOWN, &applied).map_err(|error| error.to_string());
        let got =
            got.map(|todo| todo.iter().map(|migration| migration.version).collect::<Vec<_>>());
        assert_eq!(got.as_deref().map_err(String::as_str), expect);
    }

    #[test]
    fn only_what_is_missing_is_applied() {
        check(&[], Ok(&[1, 2]));
        check(&[(1, "one")], Ok(&[2]));
        check(&[(1, "one"), (2, "two")], Ok(&[]));
    }

    #[test]
    fn strange_databases_are_refused() {
        check(
            &[(1, "one"), (2, "two"), (3, "three")],
            Err("the database has schema 3, this version knows schema 2 at most"),
        );
        check(
            &[(1, "other")],
            Err("migration 1 (0001_first) of the database differs from the one of this version"),
        );
    }
}
