use model::{Activity, AuthenticationMethod, Connection, OauthSecret};
use store::{Decision, ListQuery, StoreError, UpdateError};
use testkit::TestDatabase;

use crate::fixture::{bare, connection, event, id, tenant, write};

#[derive(Debug, PartialEq)]
struct No;

#[tokio::test]
async fn what_is_inserted_is_loaded_byte_for_byte() {
    for database in TestDatabase::both() {
        let store = database.open().await;
        let without_app = Connection {
            authentication_method: Some(AuthenticationMethod::OauthSecret(OauthSecret {
                app_id: None,
            })),
            ..connection(3)
        };
        for connection in [connection(1), bare(2), without_app] {
            let event = event(&connection, Activity::Create);
            store.insert_connection(connection.clone(), event).await.unwrap();
            let loaded = store.load_connection(connection.tenant, connection.id).await.unwrap();
            assert_eq!(loaded, Some(connection));
        }
        assert_eq!(store.load_connection(tenant(1), id(4)).await.unwrap(), None);
    }
}

#[tokio::test]
async fn a_taken_key_is_refused_and_leaves_no_record() {
    for database in TestDatabase::both() {
        let store = database.open().await;
        let create = |connection: Connection| {
            let event = event(&connection, Activity::Create);
            store.insert_connection(connection, event)
        };
        create(connection(1)).await.unwrap();
        let again = create(bare(1)).await;
        assert!(matches!(again, Err(StoreError::AlreadyExists(_))), "{again:?}");
        create(Connection { tenant: tenant(2), ..connection(1) }).await.unwrap();
        assert_eq!(store.audit_events(tenant(1), 9).await.unwrap().len(), 1);
        let loaded = store.load_connection(tenant(1), id(1)).await.unwrap();
        assert_eq!(loaded, Some(connection(1)));
    }
}

#[tokio::test]
async fn an_update_writes_what_was_decided() {
    for database in TestDatabase::both() {
        let store = database.open().await;
        let stored = connection(1);
        store.insert_connection(stored.clone(), event(&stored, Activity::Create)).await.unwrap();

        let kept = store
            .update_connection(tenant(1), id(1), |_| Ok::<_, No>(Decision::Keep))
            .await
            .unwrap();
        assert_eq!((kept.connection, kept.changed), (stored.clone(), false));

        let updated = store
            .update_connection(tenant(1), id(1), |stored| {
                let replace = |connection: &mut _| *connection = bare(1);
                Ok::<_, No>(write(stored, replace))
            })
            .await
            .unwrap();
        let expect = Connection { version: 2, ..bare(1) };
        assert_eq!((&updated.connection, updated.changed), (&expect, true));
        assert_eq!(store.load_connection(tenant(1), id(1)).await.unwrap(), Some(expect));

        let refused = store.update_connection(tenant(1), id(1), |_| Err(No)).await;
        assert!(matches!(refused, Err(UpdateError::Refused(No))), "{refused:?}");
        let missing = store.update_connection(tenant(2), id(1), |_| Err(No)).await;
        assert!(matches!(missing, Err(UpdateError::NotFound)), "{missing:?}");
        let activities: Vec<_> = activities(&store).await;
        assert_eq!(activities, [Activity::Create, Activity::Update]);
    }
}

#[tokio::test]
async fn a_deleted_connection_is_gone_and_recorded() {
    for database in TestDatabase::both() {
        let store = database.open().await;
        let stored = connection(1);
        store.insert_connection(stored.clone(), event(&stored, Activity::Create)).await.unwrap();
        let refused = store.delete_connection(tenant(1), id(1), |_| Err(No)).await;
        assert!(matches!(refused, Err(UpdateError::Refused(No))), "{refused:?}");
        let delete = |stored: &Connection| Ok::<_, No>(event(stored, Activity::Delete));
        store.delete_connection(tenant(1), id(1), delete).await.unwrap();
        assert_eq!(store.load_connection(tenant(1), id(1)).await.unwrap(), None);
        let again = store.delete_connection(tenant(1), id(1), delete).await;
        assert!(matches!(again, Err(UpdateError::NotFound)), "{again:?}");
        assert_eq!(activities(&store).await, [Activity::Create, Activity::Delete]);
    }
}

#[tokio::test]
async fn records_come_back_as_written_newest_first() {
    for database in TestDatabase::both() {
        let store = database.open().await;
        for number in 1..=3 {
            let mut stored = connection(number);
            stored.last_modified = crate::fixture::at(i64::try_from(number).unwrap());
            let event = event(&stored, Activity::Create);
            store.insert_connection(stored, event).await.unwrap();
        }
        let events = store.audit_events(tenant(1), 2).await.unwrap();
        let connections: Vec<_> = events.iter().map(|event| event.connection).collect();
        assert_eq!(connections, [id(3), id(2)].map(Some));
        let newest = events.first().unwrap();
        assert_eq!(newest.changed, ["instanceUrl", "serviceNowConnectionStatus"]);
        assert_eq!((newest.actor.as_str(), newest.application.as_str()), ("someone", "curl"));
        assert_eq!(store.audit_events(tenant(2), 9).await.unwrap(), []);
    }
}

#[tokio::test]
async fn text_with_nul_is_refused_alike() {
    for database in TestDatabase::both() {
        let store = database.open().await;
        let stored = Connection { instance_url: Some("a\0b".into()), ..connection(1) };
        let event = event(&stored, Activity::Create);
        let refused = store.insert_connection(stored, event).await;
        assert!(matches!(refused, Err(StoreError::NulCharacter)), "{refused:?}");
        let query = ListQuery { limit: 9, ..ListQuery::default() };
        assert_eq!(store.list_connections(tenant(1), &query).await.unwrap().items, []);
    }
}

#[tokio::test]
async fn a_decision_that_panics_harms_nobody_else() {
    for database in TestDatabase::both() {
        let store = database.open().await;
        let stored = connection(1);
        store.insert_connection(stored.clone(), event(&stored, Activity::Create)).await.unwrap();
        let panicking = {
            let store = store.clone();
            tokio::spawn(async move {
                let decide = |_: &Connection| -> Result<Decision, No> { panic!("on purpose") };
                store.update_connection(tenant(1), id(1), decide).await
            })
        };
        let interrupted = panicking.await;
        let failed = |error| matches!(error, UpdateError::Store(StoreError::Interrupted));
        assert!(interrupted.map_or(true, |result| result.is_err_and(failed)));
        let kept = store.update_connection(tenant(1), id(1), |_| Ok::<_, No>(Decision::Keep)).await;
        assert_eq!(kept.unwrap().connection, stored);
    }
}

async fn activities(store: &store::Store) -> Vec<Activity> {
    let events = store.audit_events(tenant(1), 9).await.unwrap();
    let mut activities: Vec<_> = events.iter().map(|event| event.activity).collect();
    activities.sort_by_key(|activity| activity.name());
    activities
}
