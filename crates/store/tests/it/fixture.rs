use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use model::{
    Activity, AuditEvent, AuthenticationMethod, Author, Clock, Connection, ConnectionId,
    ConnectionStatus, LastQueried, OauthSecret, QueriedBy, Rng, TenantId, Timestamp,
};
use store::{DatabaseUrl, Decision, MasterKey, OpenError, Store};
use testkit::TestDatabase;
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
    let changed = vec!["instanceUrl", "serviceNowConnectionStatus"];
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

/// Opens with a master key that the database was not made with.
pub(crate) async fn open_with_other_key(database: &TestDatabase) -> Result<Store, OpenError> {
    let url: DatabaseUrl = database.url().parse().unwrap();
    let master = MasterKey::generate(&Sevens);
    Store::open(&url, master, Arc::new(Sevens), Arc::new(Epoch)).await
}

#[derive(Debug)]
pub(crate) struct Sevens;

impl Rng for Sevens {
    fn fill(&self, buffer: &mut [u8]) {
        buffer.fill(7);
    }
}

#[derive(Debug)]
struct Epoch;

impl Clock for Epoch {
    fn now(&self) -> Timestamp {
        Timestamp::from_unix_seconds(0).unwrap()
    }
}

/// Opens by a URL that leads round about.
pub(crate) async fn open_at(url: &str) -> Result<Store, OpenError> {
    let master = MasterKey::generate(&Sevens);
    let rng = Arc::new(Counting::default());
    Store::open(&url.parse().unwrap(), master, rng, Arc::new(Epoch)).await
}

#[derive(Debug, Default)]
struct Counting(AtomicU64);

impl Rng for Counting {
    fn fill(&self, buffer: &mut [u8]) {
        let count = self.0.fetch_add(1, Ordering::Relaxed).to_be_bytes();
        buffer.iter_mut().rev().zip(count.iter().rev().cycle()).for_each(|(to, from)| *to = *from);
    }
}
