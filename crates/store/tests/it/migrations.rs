use std::time::Duration;

use rusqlite::Connection as Sqlite;
use store::{DatabaseUrl, MigrateError, OpenError};
use testkit::TestDatabase;
use tokio::time::timeout;
use tokio_postgres::NoTls;

use crate::fixture::{open_at, other_master_key};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn processes_that_start_at_once_do_not_disturb_each_other() {
    for database in TestDatabase::both() {
        let opened = tokio::join!(
            database.open(),
            database.open(),
            database.open(),
            database.open(),
            database.open()
        );
        opened.4.ping().await.unwrap();
        database.open().await.ping().await.unwrap();
    }
}

#[tokio::test]
async fn a_database_of_a_later_version_is_refused() {
    for database in TestDatabase::both() {
        drop(database.open().await);
        execute(&database, "INSERT INTO schema_migration VALUES (999, '0999_later', '', 0)").await;
        let refused = open_at(database.url(), other_master_key()).await;
        let newer = |error| {
            matches!(error, OpenError::Migrate(MigrateError::Newer { found: 999, known: 1.. }))
        };
        assert!(refused.is_err_and(newer));
    }
}

#[tokio::test]
async fn a_database_made_by_other_migrations_is_refused() {
    for database in TestDatabase::both() {
        drop(database.open().await);
        execute(&database, "UPDATE schema_migration SET checksum = 'x' WHERE version = 1").await;
        let refused = open_at(database.url(), other_master_key()).await;
        let differs =
            |error| matches!(error, OpenError::Migrate(MigrateError::Differs { version: 1, .. }));
        assert!(refused.is_err_and(differs));
    }
}

#[tokio::test]
async fn a_migration_that_was_cut_off_is_finished() {
    let database = TestDatabase::postgres();
    drop(database.open().await);
    execute(
        &database,
        "DROP TABLE data_key; DROP TABLE signing_key; DELETE FROM schema_migration WHERE version > 0",
    )
    .await;
    database.open().await.check_statements().await.unwrap();
}

#[tokio::test]
async fn migrations_wait_for_locks_without_limit() {
    for lock in ["LOCK TABLE audit_event", "SELECT FROM schema_migration FOR UPDATE"] {
        let database = TestDatabase::postgres();
        drop(open_at(database.url(), other_master_key()).await.unwrap());
        execute(&database, "DELETE FROM schema_migration WHERE version > 0").await;
        let (rival, driver) = tokio_postgres::connect(database.url(), NoTls).await.unwrap();
        tokio::spawn(driver);
        rival.batch_execute(&format!("BEGIN; {lock}")).await.unwrap();

        let options = "options=-clock_timeout%3D100%20";
        let url = database.url().replace("options=", options);
        assert_ne!(url, database.url());
        let mut opening = Box::pin(open_at(&url, other_master_key()));
        let opened = timeout(Duration::from_millis(800), &mut opening).await;
        assert!(opened.is_err(), "{lock}: {opened:?}");
        rival.batch_execute("ROLLBACK").await.unwrap();
        opening.await.unwrap().ping().await.unwrap();
    }
}

async fn execute(database: &TestDatabase, statements: &str) {
    let url: DatabaseUrl = database.url().parse().unwrap();
    if let Some(path) = url.sqlite_path() {
        Sqlite::open(path).unwrap().execute_batch(statements).unwrap();
        return;
    }
    let (client, connection) = tokio_postgres::connect(database.url(), NoTls).await.unwrap();
    let connection = tokio::spawn(connection);
    client.batch_execute(statements).await.unwrap();
    drop(client);
    connection.await.unwrap().unwrap();
}
