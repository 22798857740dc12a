use std::sync::LazyLock;

use include_dir::{Dir, include_dir};

/// One file of `migrations`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Migration {
    pub(crate) version: i64,
    pub(crate) name: &'static str,
    pub(crate) sql: &'static str,
}

static FILES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/migrations");

/// Migrations of SQLite, in order.
pub(crate) static SQLITE: LazyLock<Vec<Migration>> = LazyLock::new(|| read("sqlite"));
/// Migrations of PostgreSQL, in order.
pub(crate) static POSTGRES: LazyLock<Vec<Migration>> = LazyLock::new(|| read("postgres"));

impl Migration {
    /// The statements one by one; a semicolon at the end of a line ends each, nothing else does.
    pub(crate) fn statements(&self) -> impl Iterator<Item = &'static str> {
        self.sql.split(";\n").map(str::trim).filter(|statement| !statement.is_empty())
    }
}

fn read(directory: &str) -> Vec<Migration> {
    let files = FILES.get_dir(directory).into_iter().flat_map(Dir::files);
    let mut migrations: Vec<_> = files
        .filter_map(|file| {
            let name = file.path().file_stem()?.to_str()?;
            let (version, _) = name.split_once('_')?;
            Some(Migration { version: version.parse().ok()?, name, sql: file.contents_utf8()? })
        })
        .collect();
    migrations.sort_by_key(|migration| migration.version);
    migrations
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_databases_have_the_same_migrations_without_gaps() {
        let numbered = |migrations: &[Migration]| {
            migrations
                .iter()
                .map(|migration| (migration.version, migration.name))
                .collect::<Vec<_>>()
        };
        assert_eq!(numbered(&SQLITE), numbered(&POSTGRES));
        for (expect, migration) in (1..).zip(SQLITE.iter()) {
            assert_eq!(migration.version, expect);
        }
        let files = FILES.dirs().map(|directory| directory.files().count()).sum::<usize>();
        assert_eq!(files, SQLITE.len() + POSTGRES.len(), "a file has no number");
    }

    #[test]
    fn postgres_can_repeat_every_statement() {
        for statement in POSTGRES.iter().flat_map(Migration::statements) {
            let repeats = [" IF NOT EXISTS ", " IF EXISTS ", " OR REPLACE "];
            let repeats = repeats.iter().any(|word| statement.contains(word));
            assert!(repeats, "{statement}");
        }
    }
}
