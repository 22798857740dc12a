use std::time::Duration;

use model::Activity;
use store::{ListError, ListQuery, OpenError, Store, StoreError};
use testkit::{Fault, Proxy, TestDatabase};
use tokio::net::TcpListener;
use tokio::time::Instant;
use tokio_postgres::NoTls;

use crate::fixture::{bare, connection, event, id, open_at, other_master_key, tenant, write};

#[derive(Debug)]
struct Never;

/// A store that reaches the database through a network that breaks.
async fn through_proxy(database: &TestDatabase) -> (Proxy, Store) {
    let server = database.server();
    let proxy = Proxy::before(server.clone()).await;
    let url = database.url().replace(&server, &proxy.address.to_string());
    assert_ne!(url, database.url());
    let store = open_at(&url, other_master_key()).await.unwrap();
    (proxy, store)
}

#[tokio::test]
async fn a_write_happens_once_whatever_becomes_of_its_commit() {
    let database = TestDatabase::postgres();
    drop(open_at(database.url(), other_master_key()).await.unwrap());
    let (proxy, store) = through_proxy(&database).await;
    for (number, fault) in [(1, Fault::AnswerLost), (2, Fault::CommitLost), (3, Fault::None)] {
        proxy.fault(fault);
        let created = event(&bare(number), Activity::Create);
        store.insert_connection(bare(number), created).await.unwrap();

        proxy.fault(fault);
        let decide = |stored: &_| {
            Ok::<_, Never>(write(stored, |connection| {
                connection.instance_url.get_or_insert_default().push('x');
            }))
        };
        let updated = store.update_connection(tenant(1), id(number), decide).await.unwrap();
        assert!(updated.changed, "{fault:?}");
        assert_eq!(updated.connection.version, 2, "{fault:?}");
        assert_eq!(updated.connection.instance_url.as_deref(), Some("x"), "{fault:?}");
        let loaded = store.load_connection(tenant(1), id(number)).await.unwrap();
        assert_eq!(loaded, Some(updated.connection));

        proxy.fault(fault);
        let decide = |stored: &_| Ok::<_, Never>(event(stored, Activity::Delete));
        store.delete_connection(tenant(1), id(number), decide).await.unwrap();
        let events = store.audit_events(tenant(1), 99).await.unwrap();
        let of_this = events.iter().filter(|event| event.connection == Some(id(number)));
        assert_eq!(of_this.count(), 3, "{fault:?}");
    }
}

#[tokio::test]
async fn reads_survive_a_broken_connection() {
    let database = TestDatabase::postgres();
    drop(open_at(database.url(), other_master_key()).await.unwrap());
    let (proxy, store) = through_proxy(&database).await;
    let stored = connection(1);
    store.insert_connection(stored.clone(), event(&stored, Activity::Create)).await.unwrap();
    for fault in [Fault::AnswerLost, Fault::CommitLost] {
        proxy.fault(fault);
        let query = ListQuery { limit: 9, ..ListQuery::default() };
        let listed = store.list_connections(tenant(1), &query).await.unwrap();
        assert_eq!(listed.items.as_slice(), std::slice::from_ref(&stored));
    }
}

#[tokio::test]
async fn writes_that_cannot_be_asked_for_say_that_the_outcome_is_unknown() {
    let database = TestDatabase::postgres();
    drop(open_at(database.url(), other_master_key()).await.unwrap());
    let (proxy, store) = through_proxy(&database).await;
    proxy.fault(Fault::AnswerLost);
    let deleted = store.delete_application(tenant(1), uuid::Uuid::nil()).await;
    assert!(matches!(deleted, Err(StoreError::OutcomeUnknown(_))), "{deleted:?}");
}

#[tokio::test]
async fn a_server_that_falls_silent_is_unavailable() {
    let database = TestDatabase::postgres();
    drop(open_at(database.url(), other_master_key()).await.unwrap());
    let (proxy, store) = through_proxy(&database).await;
    let start = Instant::now();
    proxy.fault(Fault::Silent);
    let answer = store.ping().await;
    tokio::time::resume();
    assert!(matches!(answer, Err(StoreError::Unavailable(_))), "{answer:?}");
    store.ping().await.unwrap();

    proxy.fault(Fault::CommitSilent);
    let deleted = store.delete_application(tenant(1), uuid::Uuid::nil()).await;
    tokio::time::resume();
    assert!(matches!(deleted, Err(StoreError::OutcomeUnknown(_))), "{deleted:?}");
    store.ping().await.unwrap();
    assert!(start.elapsed() < Duration::from_secs(40), "twice 15 seconds: {:?}", start.elapsed());
}

#[tokio::test]
async fn a_locked_table_is_unavailable_until_the_lock_is_gone() {
    for limit in ["lock_timeout", "statement_timeout"] {
        let database = TestDatabase::postgres();
        let options = format!("options=-c{limit}%3D500%20");
        let url = database.url().replace("options=", &options);
        assert_ne!(url, database.url());
        let store = open_at(&url, other_master_key()).await.unwrap();
        let stored = connection(1);
        store.insert_connection(stored.clone(), event(&stored, Activity::Create)).await.unwrap();

        let (rival, driver) = tokio_postgres::connect(database.url(), NoTls).await.unwrap();
        tokio::spawn(driver);
        rival.batch_execute("BEGIN; LOCK TABLE connection").await.unwrap();
        let start = Instant::now();
        let loaded = store.load_connection(tenant(1), id(1)).await;
        assert!(matches!(loaded, Err(StoreError::Unavailable(_))), "{limit}: {loaded:?}");
        let inserted = store.insert_connection(bare(2), event(&bare(2), Activity::Create)).await;
        assert!(matches!(inserted, Err(StoreError::Unavailable(_))), "{limit}: {inserted:?}");
        assert!(start.elapsed() < Duration::from_secs(4), "it was tried again and again");

        rival.batch_execute("ROLLBACK").await.unwrap();
        assert_eq!(store.load_connection(tenant(1), id(1)).await.unwrap(), Some(stored));
        assert_eq!(store.load_connection(tenant(1), id(2)).await.unwrap(), None);
    }
}

#[tokio::test]
async fn a_list_that_takes_too_long_is_given_up() {
    let database = TestDatabase::postgres();
    let url = database.url().replace("options=", "options=-cstatement_timeout%3D300%20");
    let store = open_at(&url, other_master_key()).await.unwrap();
    let (rival, driver) = tokio_postgres::connect(database.url(), NoTls).await.unwrap();
    tokio::spawn(driver);
    rival.batch_execute("BEGIN; LOCK TABLE connection").await.unwrap();
    let listed = store.list_connections(tenant(1), &ListQuery::default()).await;
    let given_up = matches!(listed, Err(ListError::Store(StoreError::TookTooLong)));
    assert!(given_up, "{listed:?}");
}

#[tokio::test]
async fn a_server_that_is_away_is_unavailable() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let url = format!("postgres://postgres@127.0.0.1:{port}/postgres");
    let error = open_at(&url, other_master_key()).await.unwrap_err();
    let OpenError::Migrate(store::MigrateError::Journal(error)) = error else { panic!("{error}") };
    assert!(matches!(error, StoreError::Unavailable(_)), "{error:?}");
}
