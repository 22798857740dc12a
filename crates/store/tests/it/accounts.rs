use model::Role;
use store::{Account, AccountError};
use testkit::TestDatabase;
use uuid::Uuid;

use crate::fixture::{at, tenant};

fn account(number: u128, user_name: &str) -> Account {
    Account {
        tenant: tenant(number),
        id: Uuid::from_u128(number),
        user_name: user_name.into(),
        password_hash: (number == 1).then(|| "hash".into()),
        roles: vec![Role::Auditor, Role::IncidentViewer],
        created: at(7),
    }
}

#[tokio::test]
async fn names_are_unique_in_any_case_and_over_all_tenants() {
    for database in TestDatabase::both() {
        let store = database.open().await;
        let (ada, other) = (account(1, "Ada@Größe"), account(2, "ADA@GRÖSSE"));
        store.create_account(ada.clone()).await.unwrap();
        assert_eq!(store.find_account("aDA@grÖße").await.unwrap(), Some(ada.clone()));
        assert_eq!(store.find_account("bob").await.unwrap(), None);
        store.create_account(other).await.unwrap();
        let taken = store.create_account(account(3, "ada@GRÖße")).await;
        assert!(matches!(taken, Err(AccountError::NameTaken)), "{taken:?}");
        assert_eq!(store.list_accounts(tenant(3)).await.unwrap(), [], "nothing is left of it");
        assert_eq!(store.list_accounts(tenant(1)).await.unwrap(), [ada]);
    }
}

#[tokio::test]
async fn sessions_belong_to_an_account_and_go_with_its_password() {
    for database in TestDatabase::both() {
        let store = database.open().await;
        let ada = account(1, "ada");
        store.create_account(ada.clone()).await.unwrap();
        let key = (ada.tenant, ada.id);
        for (hash, now) in [(b"a", 100), (b"b", 200), (b"c", 300)] {
            store.start_session(key, hash, at(now), at(150)).await.unwrap();
        }
        assert_eq!(store.load_session(ada.tenant, b"a").await.unwrap(), None, "too old");
        let session = store.load_session(ada.tenant, b"b").await.unwrap().unwrap();
        assert_eq!(
            (session.account, session.created, session.used),
            (ada.clone(), at(200), at(200))
        );
        assert_eq!(store.load_session(tenant(2), b"b").await.unwrap(), None);
        store.touch_session(ada.tenant, b"b", at(250)).await.unwrap();
        store.touch_session(ada.tenant, b"b", at(240)).await.unwrap();
        assert_eq!(store.load_session(ada.tenant, b"b").await.unwrap().unwrap().used, at(250));
        store.end_session(ada.tenant, b"b").await.unwrap();
        assert_eq!(store.load_session(ada.tenant, b"b").await.unwrap(), None);
        assert!(store.set_password(key, "new".into()).await.unwrap());
        assert_eq!(store.load_session(ada.tenant, b"c").await.unwrap(), None);
        assert!(!store.set_password((tenant(2), ada.id), "new".into()).await.unwrap());
        let found = store.find_account("ada").await.unwrap().unwrap();
        assert_eq!(found.password_hash.as_deref(), Some("new"));
    }
}

#[tokio::test]
async fn of_all_links_one_makes_the_first_account() {
    for database in TestDatabase::both() {
        let store = database.open().await;
        for link in [b"a", b"b"] {
            assert!(store.offer_first_account(link, at(50)).await.unwrap());
        }
        assert!(store.is_first_account_open(b"a", at(49)).await.unwrap());
        assert!(!store.is_first_account_open(b"a", at(50)).await.unwrap());
        assert!(!store.is_first_account_open(b"x", at(1)).await.unwrap());
        let wrong = store.create_first_account(b"x", account(1, "ada")).await;
        assert!(matches!(wrong, Err(AccountError::Link)), "{wrong:?}");
        let (one, other) = tokio::join!(
            store.create_first_account(b"a", account(1, "ada")),
            store.create_first_account(b"b", account(2, "bob")),
        );
        assert!(one.is_ok() != other.is_ok(), "{one:?} {other:?}");
        assert!(!store.is_first_account_open(b"a", at(1)).await.unwrap());
        assert!(!store.offer_first_account(b"c", at(50)).await.unwrap());
    }
}
