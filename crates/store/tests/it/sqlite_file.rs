use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;

use model::Activity;
use rusqlite::Connection as Sqlite;
use store::DatabaseUrl;
use testkit::TestDatabase;

use crate::fixture::{bare, event, id, tenant};

fn path(database: &TestDatabase) -> PathBuf {
    let url: DatabaseUrl = database.url().parse().unwrap();
    url.sqlite_path().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn pending_writes_are_finished_when_the_last_store_goes() {
    let database = TestDatabase::sqlite();
    let store = database.open().await;
    let tasks: Vec<_> = (0..100)
        .map(|number| {
            let store = store.clone();
            let created = event(&bare(number), Activity::Create);
            tokio::spawn(async move { store.insert_connection(bare(number), created).await })
        })
        .collect();
    drop(store);
    for task in tasks {
        task.await.unwrap().unwrap();
    }
    let wal = path(&database).with_extension("db-wal");
    assert!(!wal.exists(), "a connection is still open");
    let store = database.open().await;
    assert_eq!(
        store
            .count_entities(tenant(1), &store::CONNECTIONS, &store::ListQuery::default())
            .await
            .unwrap(),
        100
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_write_waits_for_another_process_and_reads_do_not() {
    let database = TestDatabase::sqlite();
    let store = database.open().await;
    let other = Sqlite::open(path(&database)).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let writing = {
        let store = store.clone();
        let created = event(&bare(1), Activity::Create);
        tokio::spawn(async move { store.insert_connection(bare(1), created).await })
    };
    for _ in 0..100 {
        assert_eq!(store.load_connection(tenant(1), id(1)).await.unwrap(), None);
        assert_eq!(
            store
                .count_entities(tenant(1), &store::CONNECTIONS, &store::ListQuery::default())
                .await
                .unwrap(),
            0
        );
    }
    assert!(!writing.is_finished());
    other.execute_batch("COMMIT").unwrap();
    writing.await.unwrap().unwrap();
    assert_eq!(store.load_connection(tenant(1), id(1)).await.unwrap(), Some(bare(1)));
}

#[tokio::test]
async fn the_file_is_private_and_commits_are_flushed() {
    let database = TestDatabase::sqlite();
    let store = database.open().await;
    let mode = |extension| {
        let path = path(&database).with_extension(extension);
        path.metadata().unwrap().permissions().mode() & 0o777
    };
    assert_eq!([mode("db"), mode("db-wal"), mode("db-shm")], [0o600; 3]);
    drop(store);
    let file = Sqlite::open(path(&database)).unwrap();
    let journal: String = file.query_row("PRAGMA journal_mode", (), |row| row.get(0)).unwrap();
    assert_eq!(journal, "wal");
}
