use connector::{RefreshTokenError, RefreshTokens};
use model::{
    Activity, Author, Connection, ConnectionDraft, ConnectionId, Credential, PlainHttpHosts,
    TenantId, Timestamp,
};
use secrecy::ExposeSecret as _;
use store::Store;
use testkit::TestDatabase;
use uuid::Uuid;

const TENANT: TenantId = TenantId::from_uuid(Uuid::from_u128(1));
const CONNECTION: ConnectionId = ConnectionId::from_uuid(Uuid::from_u128(2));

fn author() -> Author {
    Author { actor: "ada".into(), application: "curl".into() }
}

async fn set(store: &Store, token: &str) {
    let json = format!(r#"{{"kind":"refreshToken","clientSecret":"s","refreshToken":"{token}"}}"#);
    let credential = Credential::from_json(json.as_bytes()).unwrap();
    assert!(store.put_credential(TENANT, CONNECTION, &credential, &author()).await.unwrap());
}

async fn tokens(store: &Store) -> std::sync::Arc<RefreshTokens> {
    let stored = store.load_credential(TENANT, CONNECTION).await.unwrap().unwrap();
    RefreshTokens::new(store.clone(), (TENANT, CONNECTION), stored.version)
}

async fn stored(store: &Store) -> String {
    let stored = store.load_credential(TENANT, CONNECTION).await.unwrap().unwrap();
    stored.credential.refresh_token().unwrap().expose_secret().to_owned()
}

#[tokio::test]
async fn tokens_are_stored_one_after_another_until_somebody_sets_another() {
    for database in TestDatabase::both() {
        let store = database.open().await;
        let now = Timestamp::from_unix(0, 0);
        let (draft, none) = (ConnectionDraft::default(), PlainHttpHosts::default());
        let connection = Connection::create(draft, (TENANT, CONNECTION), now, &none).unwrap();
        let event = author().record(Activity::Create, &connection, Vec::new(), now);
        store.insert_connection(connection, event).await.unwrap();
        set(&store, "t1").await;
        let kept = tokens(&store).await;
        let first = kept.version();
        let sink = kept.sink();
        sink("t2".into()).await.unwrap();
        sink("t3".into()).await.unwrap();
        assert_eq!(stored(&store).await, "t3");
        assert_ne!(kept.version(), first);
        assert_eq!(tokens(&store).await.version(), kept.version());

        set(&store, "t4").await;
        let refused = sink("t5".into()).await.unwrap_err();
        let refused = refused.downcast_ref::<RefreshTokenError>();
        assert!(matches!(refused, Some(RefreshTokenError::Superseded)), "{refused:?}");
        assert_eq!(stored(&store).await, "t4");
        assert_ne!(tokens(&store).await.version(), kept.version());
    }
}
