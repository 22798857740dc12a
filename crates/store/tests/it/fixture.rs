use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use model::{
    Activity, AuditEvent, AuthenticationMethod, Author, Change, Connection, ConnectionId,
    ConnectionStatus, Field, Incident, IncidentText, IncidentTexts, IncidentVersion, LastQueried,
    Merge, OauthSecret, QueriedBy, RunCounts, TenantId, Timestamp,
};
use store::{Decision, IncidentPage, MasterKey, OpenError, Store, TakeLease};
use testkit::{SeededRng, SetClock, TestDatabase};
use uuid::Uuid;

pub(crate) fn tenant(number: u128) -> TenantId {
    TenantId::from_uuid(Uuid::from_u128(number))
}

pub(crate) fn id(number: u128) -> ConnectionId {
    ConnectionId::from_uuid(Uuid::from_u128(number))
}

pub(crate) fn at(ticks: i64) -> Timestamp {
    Timestamp::from_ticks(ticks).unwrap()
}

pub(crate) fn connection(number: u128) -> Connection {
    Connection {
        tenant: tenant(1),
        id: id(number),
        instance_url: Some("https://contoso.service-now.com/?'\"$1 ☃ 😀".into()),
        incident_api_url: Some(String::new()),
        authentication_method: Some(AuthenticationMethod::OauthSecret(OauthSecret {
            app_id: Some("app".into()),
        })),
        status: ConnectionStatus::Enabled,
        created: at(0),
        last_modified: at(Timestamp::MAX_TICKS),
        last_queried: Some(LastQueried { at: at(5), by: QueriedBy::Connector }),
        version: 1,
    }
}

pub(crate) fn bare(number: u128) -> Connection {
    Connection {
        instance_url: None,
        incident_api_url: None,
        authentication_method: None,
        status: ConnectionStatus::Disabled,
        last_queried: None,
        ..connection(number)
    }
}

pub(crate) fn event(connection: &Connection, activity: Activity) -> AuditEvent {
    let author = Author { actor: "someone".into(), application: "curl".into() };
    let changed = ["instanceUrl", "serviceNowConnectionStatus"].map(Change::named).to_vec();
    author.record(activity, connection, changed, connection.last_modified)
}

/// The decision to write what a change makes of the stored connection.
pub(crate) fn write(stored: &Connection, change: impl FnOnce(&mut Connection)) -> Decision {
    let mut connection = stored.clone();
    change(&mut connection);
    connection.version += 1;
    let event = event(&connection, Activity::Update);
    Decision::Write { connection, event }
}

/// A master key that no database of the tests was made with.
pub(crate) fn other_master_key() -> MasterKey {
    MasterKey::generate(&SeededRng::new(7))
}

/// Opens with this master key by a URL that may lead round about.
pub(crate) async fn open_at(url: &str, master: MasterKey) -> Result<Store, OpenError> {
    // Each store makes other keys.
    static SEED: AtomicU64 = AtomicU64::new(9);
    let rng = Arc::new(SeededRng::new(SEED.fetch_add(1, Ordering::Relaxed)));
    let clock = Arc::new(SetClock::new());
    Store::open(&url.parse().unwrap(), master, rng, clock).await
}

/// A database with one connection that is on.
pub(crate) async fn created(database: &TestDatabase) -> Store {
    let store = database.open().await;
    let connection = connection(1);
    let event = event(&connection, Activity::Create);
    store.insert_connection(connection, event).await.unwrap();
    store
}

pub(crate) fn wish(now: i64, until: i64) -> TakeLease {
    TakeLease { holder: "node".into(), source: "there".into(), now: at(now), until: at(until) }
}

/// A row of which everything is known.
pub(crate) fn row(sys_id: &str, updated: i64) -> Incident {
    let mut texts = IncidentTexts::default();
    for text in IncidentText::ALL {
        texts.set(text, format!("{sys_id} {text:?} {updated} '\"$1 ☃ 😀"));
    }
    let version =
        IncidentVersion { sys_id: sys_id.into(), updated: at(updated), revision: Some(updated) };
    let opened = Field::Set(at(updated + 1));
    let closed = Field::Null;
    Incident { version, texts, active: Field::Set(true), opened, resolved: opened, closed }
}

pub(crate) fn page(rows: impl Into<Vec<Incident>>) -> IncidentPage {
    IncidentPage {
        rows: rows.into(),
        merge: Merge::Newer,
        closed_since: None,
        counts: RunCounts::default(),
        cursor: None,
        newest: None,
        page_size: None,
        queried: at(50),
        until: at(Timestamp::MAX_TICKS),
    }
}
