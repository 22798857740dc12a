use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::sync::Arc;

use model::{Activity, Author, Credential};
use secrecy::ExposeSecret as _;
use store::{MasterKey, NewSigningKey, OpenError, Renewal, SealError, Store, StoreError};
use testkit::{SeededRng, TestDatabase};

use crate::fixture::{connection, event, id, open_at, other_master_key, tenant};

const CONNECTIONS: u128 = 103;

fn author() -> Author {
    Author { actor: "ada".into(), application: "curl".into() }
}

fn credential(token: &str) -> Credential {
    let json = format!(r#"{{"kind":"refreshToken","clientSecret":"s","refreshToken":"{token}"}}"#);
    Credential::from_json(json.as_bytes()).unwrap()
}

fn signing_key() -> NewSigningKey {
    NewSigningKey { id: "k".into(), private: b"private".to_vec().into(), public_jwk: "{}".into() }
}

/// What is sealed in the database; the same before and after.
async fn everything(store: &Store) -> Vec<Vec<u8>> {
    let mut all = vec![store.service_key("name").await.unwrap().to_vec()];
    let keys = store.ensure_signing_key(signing_key).await.unwrap();
    all.extend(keys.iter().map(|key| key.private.to_vec()));
    for number in 1..=CONNECTIONS {
        let loaded = store.load_credential(tenant(1), id(number)).await.unwrap().unwrap();
        all.push(loaded.credential.to_json().expose_secret().as_bytes().to_vec());
    }
    all
}

async fn filled(database: &TestDatabase) -> Store {
    let store = database.open().await;
    for number in 1..=CONNECTIONS {
        let stored = connection(number);
        store.insert_connection(stored.clone(), event(&stored, Activity::Create)).await.unwrap();
        let credential = credential(&format!("t{number}"));
        assert!(store.put_credential(tenant(1), id(number), &credential, &author()).await.unwrap());
    }
    store
}

async fn reseal_all(store: &Store) -> u64 {
    let mut total = 0;
    loop {
        match store.reseal().await.unwrap() {
            0 => return total,
            resealed => total += resealed,
        }
    }
}

/// The master key of [`TestDatabase::open`].
fn master_key() -> MasterKey {
    MasterKey::generate(&SeededRng::new(1))
}

#[tokio::test]
async fn open_stores_go_on_through_every_step() {
    for database in TestDatabase::both() {
        let server = filled(&database).await;
        let before = everything(&server).await;
        let sealed = u64::try_from(before.len()).unwrap();
        let command = database.open().await;
        assert_eq!(command.reseal().await.unwrap(), 0, "all is sealed under the only key");
        command.add_data_key().await.unwrap();
        assert_eq!(everything(&server).await, before);
        // Cut off in the middle, begun anew.
        assert_eq!(command.reseal().await.unwrap(), 100);
        assert_eq!(everything(&server).await, before);
        drop(command);
        let command = database.open().await;
        command.add_data_key().await.unwrap();
        assert_eq!(reseal_all(&command).await, sealed);
        assert_eq!(command.reseal().await.unwrap(), 0);
        assert_eq!(everything(&server).await, before);
        assert_eq!(everything(&database.open().await).await, before);
    }
}

#[tokio::test]
async fn a_server_seals_under_a_key_that_it_has_not_seen() {
    for database in TestDatabase::both() {
        let server = filled(&database).await;
        let command = database.open().await;
        command.add_data_key().await.unwrap();
        reseal_all(&command).await;
        command.add_data_key().await.unwrap();
        let put = server.put_credential(tenant(1), id(1), &credential("new"), &author()).await;
        assert!(put.unwrap());
        let loaded = server.load_credential(tenant(1), id(2)).await.unwrap().unwrap();
        let renewed =
            server.renew_refresh_token(tenant(1), id(2), loaded.version, &"renewed".into()).await;
        assert!(matches!(renewed, Ok(Renewal::Stored(_))), "{renewed:?}");
        server.service_key("another").await.unwrap();
        let older = u64::try_from(CONNECTIONS - 2).unwrap();
        assert_eq!(reseal_all(&command).await, older);
        let loaded = server.load_credential(tenant(1), id(1)).await.unwrap().unwrap();
        assert_eq!(loaded.credential.refresh_token().unwrap().expose_secret(), "new");
    }
}

#[tokio::test]
async fn the_old_master_key_is_refused_by_name() {
    for database in TestDatabase::both() {
        let server = filled(&database).await;
        let before = everything(&server).await;
        let new = Arc::new(other_master_key());
        let command = database.open().await;
        command.add_data_key().await.unwrap();
        command.wrap_data_keys(&new).await.unwrap();
        // Told twice, done once: as after a program that was killed before it said so.
        command.wrap_data_keys(&new).await.unwrap();
        let (old_id, new_id) = (master_key().id().to_string(), new.id().to_string());
        let expect = SealError::WrongMasterKey { needed: new_id.clone(), given: old_id };
        let opened = open_at(database.url(), master_key()).await;
        let Err(OpenError::Keys(StoreError::Seal(error))) = opened else { panic!("{opened:?}") };
        assert_eq!(error, expect);
        // It would be wrapped by a key that the others are not wrapped by.
        let added = command.add_data_key().await;
        assert!(matches!(&added, Err(StoreError::Seal(error)) if *error == expect), "{added:?}");

        assert_eq!(everything(&server).await, before, "it has the keys that were there");
        let restarted = open_at(database.url(), other_master_key()).await.unwrap();
        assert_eq!(everything(&restarted).await, before);
        restarted.add_data_key().await.unwrap();
        reseal_all(&restarted).await;
        assert_eq!(everything(&restarted).await, before);
        let behind = server.load_credential(tenant(1), id(1)).await;
        assert!(matches!(&behind, Err(StoreError::Seal(error)) if *error == expect), "{behind:?}");
    }
}

#[tokio::test]
async fn an_open_store_finds_a_master_key_that_takes_the_place_of_the_old_one() {
    for database in TestDatabase::both() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("master.key");
        let load = |byte: &str| {
            fs::write(&file, byte.repeat(32)).unwrap();
            fs::set_permissions(&file, Permissions::from_mode(0o600)).unwrap();
            MasterKey::load(&file).unwrap()
        };
        let server = open_at(database.url(), load("01")).await.unwrap();
        let key = server.service_key("name").await.unwrap();
        let command = open_at(database.url(), load("01")).await.unwrap();
        let new = Arc::new(load("02"));
        command.wrap_data_keys(&new).await.unwrap();
        let restarted = open_at(database.url(), load("02")).await.unwrap();
        restarted.add_data_key().await.unwrap();
        assert_eq!(reseal_all(&restarted).await, 1);
        load("01");
        assert!(server.service_key("name").await.is_err(), "the old one is still there");
        load("02");
        assert_eq!(server.service_key("name").await.unwrap(), key);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nothing_stays_behind_that_is_written_meanwhile() {
    for database in TestDatabase::both() {
        let server = filled(&database).await;
        let command = database.open().await;
        let writing: Vec<_> = (1..=CONNECTIONS)
            .map(|number| {
                let server = server.clone();
                tokio::spawn(async move {
                    let credential = credential(&format!("n{number}"));
                    server.put_credential(tenant(1), id(number), &credential, &author()).await
                })
            })
            .collect();
        command.add_data_key().await.unwrap();
        reseal_all(&command).await;
        for task in writing {
            assert!(task.await.unwrap().unwrap());
        }
        assert_eq!(command.reseal().await.unwrap(), 0);
        for number in 1..=CONNECTIONS {
            let loaded = server.load_credential(tenant(1), id(number)).await.unwrap().unwrap();
            let token = loaded.credential.refresh_token().unwrap().expose_secret();
            assert_eq!(token, format!("n{number}"));
        }
    }
}
