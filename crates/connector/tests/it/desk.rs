use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use connector::{
    CredentialPolicy, LiveSettings, Pause, Sessions, UserIncidentList, UserIncidentPosition,
    UserIncidents,
};
use model::{
    Activity, Author, Clock, Connection, ConnectionDraft, ConnectionId, ConnectionStatus,
    Credential, IncidentText, PlainHttpHosts, Timestamp,
};
use serde_json::json;
use servicenow::Text;
use snow_sim::Simulator;
use testkit::TestDatabase;
use tokio::sync::watch;

use crate::rig::{CONNECTION, Rig, Setup, TENANT};
use crate::site;

/// A help desk: an instance with a person who has incidents, and somebody who asks for them.
pub(crate) struct Desk {
    pub(crate) rig: Rig,
    pub(crate) live: UserIncidents,
    pub(crate) deadline: Arc<Deadline>,
}

/// Passes when a test says so, for good.
#[derive(Debug)]
pub(crate) struct Deadline(watch::Sender<bool>);

impl Pause for Deadline {
    fn until(&self, _at: Timestamp) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        let mut passed = self.0.subscribe();
        Box::pin(async move { drop(passed.wait_for(|passed| *passed).await.unwrap()) })
    }
}

impl Deadline {
    pub(crate) fn pass(&self) {
        self.0.send_replace(true);
    }
}

pub(crate) const ANN: &str = "ann@contoso.example";

impl Desk {
    pub(crate) async fn open() -> Self {
        Self::with(Setup::default(), &[]).await
    }

    pub(crate) async fn with(setup: Setup, further: &[&str]) -> Self {
        Self::on(TestDatabase::sqlite(), setup, further).await
    }

    /// Hosts beside the instance of the rig are allowed too, with tokens of their own then.
    pub(crate) async fn on(database: TestDatabase, setup: Setup, further: &[&str]) -> Self {
        let query = setup.query;
        let rig = Rig::start(database, setup).await;
        let own = rig.sim.address().to_string();
        let sessions = if further.is_empty() {
            Arc::clone(&rig.sessions)
        } else {
            let door = site::door(&[&[own.as_str()], further].concat());
            let policy = CredentialPolicy { basic: true };
            Arc::new(Sessions::new(rig.store.clone(), door, policy))
        };
        let deadline = Arc::new(Deadline(watch::Sender::new(false)));
        let live = UserIncidents {
            store: rig.store.clone(),
            sessions,
            clock: Arc::clone(&rig.clock) as Arc<dyn Clock>,
            pause: Arc::clone(&deadline) as Arc<dyn Pause>,
            settings: LiveSettings {
                timeout: Duration::from_secs(5),
                columns: ["email", "user_name"].map(|name| name.parse().unwrap()).to_vec(),
                filter: query.parse().unwrap(),
            },
        };
        Self { rig, live, deadline }
    }

    /// Another connection of the tenant, which leads there.
    pub(crate) async fn connect(&self, id: ConnectionId, address: SocketAddr) {
        let draft = ConnectionDraft {
            instance_url: Some(format!("http://{address}")),
            incident_api_url: Some("api/now/table/incident".to_owned()),
            status: Some(ConnectionStatus::Enabled),
            ..ConnectionDraft::default()
        };
        let hosts = PlainHttpHosts::new([address.to_string().parse().unwrap()]);
        let now = self.rig.clock.now();
        let connection = Connection::create(draft, (TENANT, id), now, &hosts).unwrap();
        let author = Author { actor: "ada".into(), application: "curl".into() };
        let event = author.record(Activity::Create, &connection, Vec::new(), now);
        self.rig.store.insert_connection(connection, event).await.unwrap();
        let key = json!({"kind": "apiKey", "apiKey": Simulator::CREDENTIALS.api_key}).to_string();
        let key = Credential::from_json(key.as_bytes()).unwrap();
        assert!(self.rig.store.put_credential(TENANT, id, &key, &author).await.unwrap());
    }

    /// Asks all instances of the tenant.
    pub(crate) async fn ask_all(&self, person: &str) -> UserIncidentList {
        self.live.of_tenant(TENANT, &Text::parse(person).unwrap(), None).await.unwrap()
    }

    pub(crate) async fn ask(&self, person: &str) -> UserIncidentList {
        self.ask_behind(person, None).await
    }

    /// Asks for the page behind a place.
    pub(crate) async fn ask_behind(
        &self,
        person: &str,
        behind: Option<&UserIncidentPosition>,
    ) -> UserIncidentList {
        let connection = self.rig.store.load_connection(TENANT, CONNECTION).await.unwrap();
        let person = Text::parse(person).unwrap();
        self.live.of_connection(&connection.unwrap(), &person, behind).await.unwrap()
    }

    /// How many requests came for paths with this in them.
    pub(crate) fn requests(&self, path: &str) -> usize {
        self.rig.sim.log().iter().filter(|logged| logged.path.contains(path)).count()
    }
}

/// Adds somebody to an instance.
pub(crate) fn add(sim: &Simulator, user_name: &str, email: &str) -> String {
    let set = json!({"user_name": user_name, "name": user_name, "email": email, "active": "false"});
    sim.edit(json!({"table": "sys_user", "set": set})).unwrap()
}

/// Adds an incident of somebody, opened at this hour.
pub(crate) fn call(sim: &Simulator, caller: &str, number: &str, hour: u8) {
    let opened = format!("2026-05-01 {hour:02}:00:00");
    let set = json!({"caller_id": caller, "number": number, "opened_at": opened});
    sim.edit(json!({"table": "incident", "set": set})).unwrap();
}

/// Ann with two incidents.
pub(crate) fn add_ann(sim: &Simulator) -> String {
    let ann = add(sim, "ann", "Ann@Contoso.example");
    call(sim, &ann, "A1", 8);
    call(sim, &ann, "A2", 9);
    ann
}

pub(crate) fn numbers(list: &UserIncidentList) -> Vec<&str> {
    list.incidents.iter().map(|row| row.incident.texts.get(IncidentText::Number).unwrap()).collect()
}
