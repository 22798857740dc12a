use std::sync::atomic::{AtomicUsize, Ordering};

use store::{NewSigningKey, OpenError, SealError, Store, StoreError};
use testkit::TestDatabase;

use crate::fixture::{open_at, other_master_key};

static MADE: AtomicUsize = AtomicUsize::new(0);

fn make() -> NewSigningKey {
    let number = MADE.fetch_add(1, Ordering::Relaxed);
    NewSigningKey {
        id: format!("key{number}"),
        private: format!("private{number}").into_bytes().into(),
        public_jwk: format!("{{\"kid\":\"key{number}\"}}"),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_processes_agree_on_the_first_signing_key() {
    for database in TestDatabase::both() {
        let tasks: Vec<_> =
            futures(
                &database,
                |store| async move { store.ensure_signing_key(make).await.unwrap() },
            )
            .await;
        let keys = database.open().await.signing_keys().await.unwrap();
        assert_eq!(keys.len(), 1);
        for seen in tasks {
            assert_eq!(seen, keys);
        }
        let private = String::from_utf8(keys[0].private.to_vec()).unwrap();
        assert_eq!(private.replace("private", "key"), keys[0].id);
        assert!(!format!("{keys:?}").contains("private"));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_processes_agree_on_a_service_key() {
    for database in TestDatabase::both() {
        let keys = futures(&database, |store| async move {
            let first = store.service_key("skiptoken").await.unwrap();
            let again = store.service_key("skiptoken").await.unwrap();
            let other = store.service_key("other").await.unwrap();
            assert_eq!(first, again);
            assert_ne!(first, other);
            first
        })
        .await;
        assert!(keys.iter().all(|key| key == &keys[0]));
    }
}

#[tokio::test]
async fn another_master_key_is_told_which_one_is_needed() {
    for database in TestDatabase::both() {
        drop(database.open().await);
        let given = other_master_key().id().to_string();
        let opened = open_at(database.url(), other_master_key()).await;
        let Err(OpenError::Keys(StoreError::Seal(error))) = opened else { panic!("{opened:?}") };
        let SealError::WrongMasterKey { needed, given: found } = &error else { panic!("{error}") };
        assert_eq!(found, &given);
        assert_ne!(needed, &given);
        assert!(error.to_string().contains(needed));
    }
}

/// Eight stores on one database, each as if it were a process, all at once.
async fn futures<T: Send + 'static, F: Future<Output = T> + Send + 'static>(
    database: &TestDatabase,
    work: fn(Store) -> F,
) -> Vec<T> {
    let mut tasks = Vec::new();
    for _ in 0..8 {
        let store = database.open().await;
        tasks.push(tokio::spawn(work(store)));
    }
    let mut results = Vec::new();
    for task in tasks {
        results.push(task.await.unwrap());
    }
    results
}
