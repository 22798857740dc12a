use std::fs;

use model::{Activity, Author, Connection, Credential, CredentialKind, Origin};
use secrecy::{ExposeSecret as _, SecretString};
use store::{CredentialVersion, DatabaseUrl, Decision, Renewal, Store};
use testkit::TestDatabase;

use crate::fixture::{bare, connection, event, id, tenant, write};

const PASSWORD: &str = r#"{"kind":"password","clientSecret":"hush-client","userName":"robot",
                           "password":"hush-password"}"#;
const TOKEN: &str = r#"{"kind":"refreshToken","clientSecret":"hush-client",
                        "refreshToken":"hush-token"}"#;

fn credential(json: &str) -> Credential {
    Credential::from_json(json.as_bytes()).unwrap()
}

fn author() -> Author {
    Author { actor: "ada".into(), application: "curl".into() }
}

/// A store with connections 1 and 2.
async fn store(database: &TestDatabase) -> Store {
    let store = database.open().await;
    for stored in [connection(1), bare(2)] {
        store.insert_connection(stored.clone(), event(&stored, Activity::Create)).await.unwrap();
    }
    store
}

async fn put(store: &Store, json: &str) {
    assert!(store.put_credential(tenant(1), id(1), &credential(json), &author()).await.unwrap());
}

/// What is stored for connection 1: its version, and its refresh token if it has one.
async fn stored(store: &Store) -> (CredentialVersion, Option<String>) {
    let stored = store.load_credential(tenant(1), id(1)).await.unwrap().unwrap();
    let token = stored.credential.refresh_token().map(|token| token.expose_secret().to_owned());
    (stored.version, token)
}

async fn renew(store: &Store, seen: CredentialVersion, token: &str) -> Renewal {
    let token = SecretString::from(token);
    store.renew_refresh_token(tenant(1), id(1), seen, &token).await.unwrap()
}

#[tokio::test]
async fn a_credential_is_set_shown_and_deleted() {
    for database in TestDatabase::both() {
        let store = store(&database).await;
        assert!(store.load_credential(tenant(1), id(1)).await.unwrap().is_none());
        assert_eq!(store.describe_credential(tenant(1), id(1)).await.unwrap(), None);
        put(&store, TOKEN).await;
        put(&store, PASSWORD).await;
        let loaded = store.load_credential(tenant(1), id(1)).await.unwrap().unwrap();
        let text = loaded.credential.to_json().expose_secret().to_owned();
        assert_eq!(text, credential(PASSWORD).to_json().expose_secret());
        let described = store.describe_credential(tenant(1), id(1)).await.unwrap().unwrap();
        assert_eq!(described, loaded.description);
        assert_eq!(described.kind, CredentialKind::Password);
        assert_eq!(described.user_name.as_deref(), Some("robot"));
        assert_eq!(described.origin, Origin::of("https://contoso.service-now.com"));
        assert_eq!(described.renewed, None);

        assert!(store.delete_credential(tenant(1), id(1), &author()).await.unwrap());
        assert!(!store.delete_credential(tenant(1), id(1), &author()).await.unwrap());
        assert!(store.load_credential(tenant(1), id(1)).await.unwrap().is_none());
        let events = store.audit_events(tenant(1), 9).await.unwrap();
        let changed = |activity| {
            let events = events.iter().filter(move |event| event.activity == activity);
            events.map(|event| (event.actor.as_str(), event.changed.join(" "))).collect::<Vec<_>>()
        };
        let mut set = changed(Activity::SetCredential);
        set.sort();
        let expect = ["kind clientSecret refreshToken", "kind clientSecret userName password"];
        assert_eq!(set, expect.map(|changed| ("ada", changed.to_owned())));
        assert_eq!(changed(Activity::DeleteCredential), [("ada", "kind".to_owned())]);
    }
}

#[tokio::test]
async fn there_is_none_without_its_connection() {
    for database in TestDatabase::both() {
        let store = store(&database).await;
        for (tenant, id) in [(tenant(1), id(3)), (tenant(2), id(1))] {
            let put = store.put_credential(tenant, id, &credential(TOKEN), &author()).await;
            assert!(!put.unwrap());
            assert!(!store.delete_credential(tenant, id, &author()).await.unwrap());
        }
        put(&store, TOKEN).await;
        let (version, _) = stored(&store).await;
        assert!(store.load_credential(tenant(2), id(1)).await.unwrap().is_none());
        assert_eq!(store.describe_credential(tenant(2), id(1)).await.unwrap(), None);
        let delete = |stored: &Connection| {
            Ok::<_, std::convert::Infallible>(event(stored, Activity::Delete))
        };
        store.delete_connection(tenant(1), id(1), delete).await.unwrap();
        assert!(store.load_credential(tenant(1), id(1)).await.unwrap().is_none());
        assert_eq!(renew(&store, version, "new").await, Renewal::Superseded);
        let again = connection(1);
        store.insert_connection(again.clone(), event(&again, Activity::Create)).await.unwrap();
        assert_eq!(store.describe_credential(tenant(1), id(1)).await.unwrap(), None);
    }
}

#[tokio::test]
async fn it_stays_with_the_instance_that_it_was_set_for() {
    for database in TestDatabase::both() {
        let store = store(&database).await;
        let origin = async |number| {
            let described = store.describe_credential(tenant(1), id(number)).await.unwrap();
            described.unwrap().origin.map(|origin| origin.to_string())
        };
        put(&store, TOKEN).await;
        let moved = |stored: &Connection| -> Result<Decision, std::convert::Infallible> {
            Ok(write(stored, |connection| {
                connection.instance_url = Some("https://other.service-now.com".into());
            }))
        };
        store.update_connection(tenant(1), id(1), moved).await.unwrap();
        assert_eq!(origin(1).await.as_deref(), Some("https://contoso.service-now.com:443"));
        put(&store, TOKEN).await;
        assert_eq!(origin(1).await.as_deref(), Some("https://other.service-now.com:443"));
        assert!(
            store.put_credential(tenant(1), id(2), &credential(TOKEN), &author()).await.unwrap()
        );
        assert_eq!(origin(2).await, None);
    }
}

#[tokio::test]
async fn a_newer_refresh_token_is_never_undone() {
    for database in TestDatabase::both() {
        let store = store(&database).await;
        put(&store, TOKEN).await;
        let (first, _) = stored(&store).await;
        let Renewal::Stored(second) = renew(&store, first, "t2").await else {
            panic!("not stored")
        };
        assert_eq!(stored(&store).await, (second, Some("t2".into())));
        // Whoever did not hear of the outcome tells the same again.
        assert_eq!(renew(&store, first, "t2").await, Renewal::Stored(second));
        assert_eq!(renew(&store, first, "t3").await, Renewal::Superseded);
        assert_eq!(stored(&store).await, (second, Some("t2".into())));
        let described = store.describe_credential(tenant(1), id(1)).await.unwrap().unwrap();
        assert!(described.renewed.is_some());

        put(&store, TOKEN).await;
        assert_eq!(renew(&store, second, "t3").await, Renewal::Superseded);
        store.delete_credential(tenant(1), id(1), &author()).await.unwrap();
        put(&store, TOKEN).await;
        assert_eq!(renew(&store, first, "t3").await, Renewal::Superseded);
        assert_eq!(stored(&store).await.1.as_deref(), Some("hush-token"));
        put(&store, PASSWORD).await;
        let (version, _) = stored(&store).await;
        assert_eq!(renew(&store, version, "t3").await, Renewal::Superseded);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_two_renewals_at_once_one_is_stored() {
    for database in TestDatabase::both() {
        let stores = [store(&database).await, database.open().await];
        put(&stores[0], TOKEN).await;
        for round in 0..20 {
            let (seen, _) = stored(&stores[0]).await;
            let tasks = [0, 1, 2, 3].map(|number| {
                let store = stores[number % 2].clone();
                let token = format!("t{round}-{number}");
                tokio::spawn(async move { (renew(&store, seen, &token).await, token) })
            });
            let mut won = Vec::new();
            for task in tasks {
                if let (Renewal::Stored(version), token) = task.await.unwrap() {
                    won.push((version, Some(token)));
                }
            }
            assert_eq!(won, [stored(&stores[1]).await]);
        }
    }
}

#[tokio::test]
async fn no_secret_is_in_the_file_or_printed() {
    let database = TestDatabase::sqlite();
    let store = store(&database).await;
    put(&store, PASSWORD).await;
    put(&store, TOKEN).await;
    let (version, _) = stored(&store).await;
    renew(&store, version, "hush-renewed").await;
    let url: DatabaseUrl = database.url().parse().unwrap();
    let path = url.sqlite_path().unwrap();
    let read = || {
        let beside = fs::read_dir(path.parent().unwrap()).unwrap();
        let files: Vec<_> = beside.map(|file| fs::read(file.unwrap().path()).unwrap()).collect();
        files.concat()
    };
    let with_log = read();
    assert!(with_log.windows(12).any(|bytes| bytes == b"refreshToken"), "it is not there at all");
    let loaded = store.load_credential(tenant(1), id(1)).await.unwrap();
    let printed = format!("{loaded:?} {store:?} {:?}", store.audit_events(tenant(1), 9).await);
    drop(store);
    for bytes in [with_log, read(), printed.into_bytes()] {
        assert!(!bytes.windows(4).any(|bytes| bytes == b"hush"));
    }
}
