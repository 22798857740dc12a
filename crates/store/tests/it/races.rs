use model::{Activity, Connection};
use store::{Decision, Store};
use testkit::TestDatabase;

use crate::fixture::{bare, event, id, tenant, write};

const ROUNDS: usize = 100;

#[derive(Debug)]
struct Never;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn concurrent_updates_of_different_properties_lose_nothing() {
    for database in TestDatabase::both() {
        // Two stores, as two processes have them.
        let stores = [database.open().await, database.open().await];
        let stored = bare(1);
        let created = event(&stored, Activity::Create);
        stores[0].insert_connection(stored, created).await.unwrap();
        let tasks: Vec<_> = stores
            .iter()
            .flat_map(|store| [append_to(store, instance_url), append_to(store, incident_api_url)])
            .collect();
        for task in tasks {
            task.await.unwrap();
        }
        let stored = stores[1].load_connection(tenant(1), id(1)).await.unwrap().unwrap();
        let length = |text: &Option<String>| text.as_ref().unwrap().len();
        assert_eq!(length(&stored.instance_url), 2 * ROUNDS);
        assert_eq!(length(&stored.incident_api_url), 2 * ROUNDS);
        assert_eq!(stored.version, 1 + 4 * i64::try_from(ROUNDS).unwrap());
        let events = stores[0].audit_events(tenant(1), 1000).await.unwrap();
        assert_eq!(events.len(), 1 + 4 * ROUNDS);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_two_updates_of_one_version_one_is_refused() {
    for database in TestDatabase::both() {
        let stores = [database.open().await, database.open().await];
        let stored = bare(1);
        let created = event(&stored, Activity::Create);
        stores[0].insert_connection(stored, created).await.unwrap();
        for version in 1..20 {
            let tasks = [0, 1, 2, 3].map(|number| {
                let store = stores[number % 2].clone();
                tokio::spawn(async move {
                    let decide = move |stored: &Connection| {
                        if stored.version == version {
                            Ok(write(stored, |_| ()))
                        } else {
                            Err(Never)
                        }
                    };
                    store.update_connection(tenant(1), id(1), decide).await
                })
            });
            let mut won = 0;
            for task in tasks {
                won += usize::from(task.await.unwrap().is_ok());
            }
            assert_eq!(won, 1, "version {version}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn writes_that_fail_leave_those_beside_them_alone() {
    for database in TestDatabase::both() {
        let store = database.open().await;
        let tasks: Vec<_> = (0..200)
            .map(|number| {
                let store = store.clone();
                // Every key comes twice.
                let connection = bare(number / 2);
                let event = event(&connection, Activity::Create);
                tokio::spawn(async move { store.insert_connection(connection, event).await })
            })
            .collect();
        let mut inserted = 0;
        for task in tasks {
            inserted += usize::from(task.await.unwrap().is_ok());
        }
        assert_eq!(inserted, 100);
        assert_eq!(
            store
                .count_entities(tenant(1), &store::CONNECTIONS, &store::ListQuery::default())
                .await
                .unwrap(),
            100
        );
        assert_eq!(store.audit_events(tenant(1), 1000).await.unwrap().len(), 100);
    }
}

fn instance_url(connection: &mut Connection) -> &mut Option<String> {
    &mut connection.instance_url
}

fn incident_api_url(connection: &mut Connection) -> &mut Option<String> {
    &mut connection.incident_api_url
}

fn append_to(
    store: &Store,
    property: fn(&mut Connection) -> &mut Option<String>,
) -> tokio::task::JoinHandle<()> {
    let store = store.clone();
    tokio::spawn(async move {
        for _ in 0..ROUNDS {
            let decide = move |stored: &Connection| -> Result<Decision, Never> {
                Ok(write(stored, |connection| {
                    property(connection).get_or_insert_default().push('x');
                }))
            };
            store.update_connection(tenant(1), id(1), decide).await.unwrap();
        }
    })
}
