//! `/connector/v1` over incidents that were stored as a pass stores them.

mod audit;
mod bad_input;
mod credential;
mod devices;
mod documents;
mod health;
mod incidents;
mod openapi;
mod people;
mod rights;
mod sync;
mod test;
mod user_incidents;

use model::{
    ConnectionId, Field, Incident, IncidentText, IncidentTexts, IncidentVersion, Merge, Permission,
    RunCounts, TenantId, Timestamp,
};
use serde_json::{Value, json};
use store::{IncidentPage, TakeLease};
use testkit::{Answer, CONNECTIONS, Call, Server, TENANT};
use uuid::Uuid;

const ROOT: &str = "http://127.0.0.1:8080/connector/v1";
const OTHER_TENANT: TenantId = TenantId::from_uuid(Uuid::from_u128(0x2222_2222 << 96));

/// A server whose tenant has two connections with incidents, and the token of an agent.
struct Desk {
    server: Server,
    token: String,
    /// The ids of the connections.
    ids: [String; 2],
}

impl Desk {
    async fn both() -> [Self; 2] {
        let [sqlite, postgres] = Server::both().await;
        [Self::over(sqlite).await, Self::over(postgres).await]
    }

    async fn over(server: Server) -> Self {
        let token = server.app_token(TENANT, &[Permission::ServiceNowIncidentReadAll]).await;
        let east = connection(&server, TENANT, "https://east.service-now.com/").await;
        let west = connection(&server, TENANT, "https://west.service-now.com").await;
        let foreign = connection(&server, OTHER_TENANT, "https://east.service-now.com").await;
        store(&server, (TENANT, &east), EAST).await;
        store(&server, (TENANT, &west), WEST).await;
        store(&server, (OTHER_TENANT, &foreign), FOREIGN).await;
        server.execute("UPDATE incident SET removed = 638000000000000000 WHERE sys_id = 'e4'");
        Self { server, token, ids: [east, west] }
    }

    /// `GET`, from the service root on; `{east}` and `{west}` stand for the connections.
    async fn get(&self, path: &str) -> Answer {
        self.get_as(&self.token, path).await
    }

    async fn get_as(&self, token: &str, path: &str) -> Answer {
        self.server.call("GET", &self.path(path)).token(token).send().await
    }

    /// A request of an administrator's application.
    async fn call(&self, method: &str, path: &str) -> Call {
        let admin = self.server.admin().await;
        self.server.call(method, &self.path(path)).token(&admin)
    }

    fn path(&self, path: &str) -> String {
        let [east, west] = &self.ids;
        let path = path.replace("{east}", east).replace("{west}", west);
        format!("/connector/v1/{}", path.replace(' ', "%20").replace('"', "%22"))
    }
}

/// A new connection that is on.
async fn connection(server: &Server, tenant: TenantId, url: &str) -> String {
    let write = [Permission::DeviceManagementConfigurationReadWriteAll];
    let token = server.app_token(tenant, &write).await;
    let body = json!({ "instanceUrl": url, "serviceNowConnectionStatus": "enabled" });
    let created = server.call("POST", CONNECTIONS).token(&token).json(&body).send().await;
    created.expect(201).json()["id"].as_str().unwrap().to_owned()
}

/// Key, state, priority, caller and the day of opening; numbers and dates follow from the key.
type Row = (&'static str, &'static str, &'static str, &'static str, i64);

const EAST: &[Row] = &[
    ("e1", "1", "1", "ada", 1),
    ("e2", "2", "3", "bob", 1),
    ("e3", "2", "4", "ada", 2),
    ("e4", "7", "4", "ada", 3),
];
const WEST: &[Row] = &[("w1", "1", "2", "ada", 2), ("w2", "6", "5", "", 4)];
const FOREIGN: &[Row] = &[("f1", "1", "1", "ada", 1)];

const DAY: i64 = 864_000_000_000;
/// The first of January 2024.
const BEGIN: i64 = 638_396_640_000_000_000;

async fn store(server: &Server, (tenant, connection): (TenantId, &str), rows: &[Row]) {
    let connection: ConnectionId = connection.parse().unwrap();
    let at = |ticks| Timestamp::from_ticks(ticks).unwrap();
    let wish = TakeLease {
        holder: "test".into(),
        source: "there".into(),
        now: at(BEGIN),
        until: at(BEGIN + DAY),
    };
    let lease = server.store.take_lease(tenant, connection, wish).await.unwrap();
    let page = IncidentPage {
        closed_since: None,
        rows: rows.iter().map(incident).collect(),
        merge: Merge::Newer,
        counts: RunCounts::default(),
        cursor: None,
        newest: None,
        page_size: None,
        queried: at(BEGIN),
        until: at(BEGIN + DAY),
    };
    server.store.store_page(&lease, page).await.unwrap();
    server.store.release_lease(&lease, at(BEGIN)).await.unwrap();
}

fn incident(&(key, state, priority, caller, day): &Row) -> Incident {
    let mut texts = IncidentTexts::default();
    for text in IncidentText::ALL {
        texts.set(text, "");
    }
    texts.set(IncidentText::Number, format!("INC{key}"));
    texts.set(IncidentText::ShortDescription, format!("Printer {key} is on fire"));
    texts.set(IncidentText::State, state);
    texts.set(IncidentText::StateLabel, format!("State {state}"));
    texts.set(IncidentText::Priority, priority);
    texts.set(IncidentText::ConfigurationItemName, format!("WS-{key}"));
    if !caller.is_empty() {
        texts.set(IncidentText::CallerId, format!("{caller}-id"));
        texts.set(IncidentText::CallerName, format!("{caller} Ünal"));
        texts.set(IncidentText::CallerEmail, format!("{caller}@contoso.example"));
    }
    let place = i64::from(key.as_bytes()[1] - b'0') * DAY / 24;
    let at = |ticks| Timestamp::from_ticks(ticks).unwrap();
    let updated = at(BEGIN + 9 * DAY + place + i64::from(key.as_bytes()[0]));
    Incident {
        version: IncidentVersion { sys_id: key.into(), updated, revision: Some(1) },
        texts,
        active: Field::Set(state < "6"),
        opened: Field::Set(at(BEGIN + day * DAY)),
        resolved: Field::Null,
        closed: Field::Null,
    }
}

/// The keys of the rows of a page, in its order.
fn keys(page: &Value) -> String {
    let rows = page["value"].as_array().unwrap();
    let keys: Vec<_> = rows.iter().map(|row| row["sysId"].as_str().unwrap_or("?")).collect();
    keys.join(" ")
}
