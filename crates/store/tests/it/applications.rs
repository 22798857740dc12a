use model::Permission;
use store::{Application, ApplicationSecret, StoreError};
use testkit::TestDatabase;
use uuid::Uuid;

use crate::fixture::{at, tenant};

fn application(number: u128, name: &str) -> Application {
    Application {
        tenant: tenant(1),
        app_id: Uuid::from_u128(number),
        name: name.into(),
        permissions: vec![
            Permission::DeviceManagementConfigurationReadAll,
            Permission::ServiceNowIncidentReadAll,
        ],
        created: at(1),
        secrets: vec![secret(1)],
    }
}

fn secret(number: u128) -> ApplicationSecret {
    ApplicationSecret {
        id: Uuid::from_u128(number),
        hash: vec![0, 255, 7],
        hint: "abc".into(),
        created: at(i64::try_from(number).unwrap()),
        expires: (number > 1).then_some(at(99)),
    }
}

#[tokio::test]
async fn applications_live_with_their_secrets() {
    for database in TestDatabase::both() {
        let store = database.open().await;
        let (zulu, alpha) = (application(1, "zulu"), application(2, "alpha"));
        store.insert_application(zulu.clone()).await.unwrap();
        store.insert_application(alpha.clone()).await.unwrap();
        let again = store.insert_application(zulu.clone()).await;
        assert!(matches!(again, Err(StoreError::AlreadyExists(_))), "{again:?}");
        let listed = store.list_applications(tenant(1)).await.unwrap();
        assert_eq!(listed, [alpha.clone(), zulu.clone()]);
        assert_eq!(store.list_applications(tenant(2)).await.unwrap(), []);

        assert!(store.add_application_secret(tenant(1), zulu.app_id, secret(2)).await.unwrap());
        assert!(!store.add_application_secret(tenant(2), zulu.app_id, secret(2)).await.unwrap());
        let loaded = store.load_application(tenant(1), zulu.app_id).await.unwrap().unwrap();
        assert_eq!(loaded.secrets, [secret(1), secret(2)]);
        let remove = || store.remove_application_secret(tenant(1), zulu.app_id, Uuid::from_u128(1));
        assert!(remove().await.unwrap());
        assert!(!remove().await.unwrap());
        let loaded = store.load_application(tenant(1), zulu.app_id).await.unwrap().unwrap();
        assert_eq!(loaded.secrets, [secret(2)]);

        assert!(store.delete_application(tenant(1), zulu.app_id).await.unwrap());
        assert!(!store.delete_application(tenant(1), zulu.app_id).await.unwrap());
        assert_eq!(store.load_application(tenant(1), zulu.app_id).await.unwrap(), None);
        store.insert_application(Application { secrets: vec![], ..zulu.clone() }).await.unwrap();
        let loaded = store.load_application(tenant(1), zulu.app_id).await.unwrap().unwrap();
        assert_eq!(loaded.secrets, []);
    }
}
