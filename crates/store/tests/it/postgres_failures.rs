use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use model::Activity;
use store::{ListQuery, OpenError, Store, StoreError};
use testkit::TestDatabase;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio_postgres::Config;

use crate::fixture::{bare, connection, event, id, tenant, write};

#[derive(Debug)]
struct Never;

/// What goes wrong at the next COMMIT.
#[derive(Debug, Clone, Copy)]
enum Fault {
    Nothing,
    /// The server commits, the answer is lost.
    LoseAnswer,
    /// The server never hears of it.
    LoseRequest,
}

/// Stands between the store and the server.
#[derive(Debug, Clone)]
struct Proxy(Arc<AtomicU8>);

impl Proxy {
    async fn open(database: &TestDatabase) -> (Self, Store) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let config: Config = database.url().parse().unwrap();
        let server = format!("127.0.0.1:{}", config.get_ports()[0]);
        let here = listener.local_addr().unwrap().to_string();
        let url = database.url().replace(&server, &here);
        assert_ne!(url, database.url());
        let proxy = Self(Arc::new(AtomicU8::new(0)));
        let faults = proxy.clone();
        tokio::spawn(async move {
            loop {
                let (client, _) = listener.accept().await.unwrap();
                let server = TcpStream::connect(&server).await.unwrap();
                tokio::spawn(faults.clone().relay(client, server));
            }
        });
        let store = crate::fixture::open_at(&url).await.unwrap();
        (proxy, store)
    }

    fn next(&self, fault: Fault) {
        self.0.store(fault as u8, Ordering::SeqCst);
    }

    async fn relay(self, mut client: TcpStream, mut server: TcpStream) {
        let (mut sent, mut received) = (vec![0; 65536], vec![0; 65536]);
        loop {
            tokio::select! {
                read = client.read(&mut sent) => {
                    let Ok(1..) = read else { return };
                    let sent = &sent[..read.unwrap()];
                    if sent.windows(7).any(|part| part == b"COMMIT\0") {
                        let fault = self.0.swap(Fault::Nothing as u8, Ordering::SeqCst);
                        if fault == Fault::LoseRequest as u8 {
                            return;
                        }
                        if fault == Fault::LoseAnswer as u8 {
                            server.write_all(sent).await.unwrap();
                            assert!(server.read(&mut received).await.unwrap() > 0);
                            return;
                        }
                    }
                    server.write_all(sent).await.unwrap();
                }
                read = server.read(&mut received) => {
                    let Ok(1..) = read else { return };
                    if client.write_all(&received[..read.unwrap()]).await.is_err() {
                        return;
                    }
                }
            }
        }
    }
}

#[tokio::test]
async fn a_write_happens_once_whatever_becomes_of_its_commit() {
    let database = TestDatabase::postgres();
    drop(crate::fixture::open_at(database.url()).await.unwrap());
    let (proxy, store) = Proxy::open(&database).await;
    for (number, fault) in [(1, Fault::LoseAnswer), (2, Fault::LoseRequest), (3, Fault::Nothing)] {
        proxy.next(fault);
        let created = event(&bare(number), Activity::Create);
        store.insert_connection(bare(number), created).await.unwrap();

        proxy.next(fault);
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

        proxy.next(fault);
        let decide = |stored: &_| Ok::<_, Never>(event(stored, Activity::Delete));
        store.delete_connection(tenant(1), id(number), decide).await.unwrap();
        let events = store.audit_events(tenant(1), 99).await.unwrap();
        let of_this = events.iter().filter(|event| event.connection == id(number));
        assert_eq!(of_this.count(), 3, "{fault:?}");
    }
}

#[tokio::test]
async fn reads_survive_a_broken_connection() {
    let database = TestDatabase::postgres();
    drop(crate::fixture::open_at(database.url()).await.unwrap());
    let (proxy, store) = Proxy::open(&database).await;
    let stored = connection(1);
    store.insert_connection(stored.clone(), event(&stored, Activity::Create)).await.unwrap();
    for fault in [Fault::LoseAnswer, Fault::LoseRequest] {
        proxy.next(fault);
        let query = ListQuery { limit: 9, ..ListQuery::default() };
        let listed = store.list_connections(tenant(1), &query).await.unwrap();
        assert_eq!(listed.items.as_slice(), std::slice::from_ref(&stored));
    }
}

#[tokio::test]
async fn writes_that_cannot_be_asked_for_say_that_the_outcome_is_unknown() {
    let database = TestDatabase::postgres();
    drop(crate::fixture::open_at(database.url()).await.unwrap());
    let (proxy, store) = Proxy::open(&database).await;
    proxy.next(Fault::LoseAnswer);
    let deleted = store.delete_application(tenant(1), uuid::Uuid::nil()).await;
    assert!(matches!(deleted, Err(StoreError::OutcomeUnknown(_))), "{deleted:?}");
}

#[tokio::test]
async fn a_server_that_is_away_is_unavailable() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let opened =
        crate::fixture::open_at(&format!("postgres://postgres@127.0.0.1:{port}/postgres")).await;
    let error = opened.unwrap_err();
    let OpenError::Migrate(store::MigrateError::Journal(error)) = error else { panic!("{error}") };
    assert!(error.is_temporary(), "{error:?}");
}
