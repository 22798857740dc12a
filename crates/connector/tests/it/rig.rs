use std::fmt;
use std::future::ready;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use connector::{
    CredentialPolicy, Door, EgressPolicy, Engine, Network, Parts, Pause, Removals, Schedule,
    Sessions, SyncSettings, SystemNames,
};
use model::{
    Activity, Author, Clock, Connection, ConnectionDraft, ConnectionId, ConnectionStatus,
    Credential, Health, PlainHttpHosts, RunKind, RunStatus, SyncRun, TenantId, Timestamp,
};
use serde_json::{Value, json};
use servicenow::Timeouts;
use snow_sim::{Acl, Closes, Simulator, Size};
use store::{Decision, Store};
use testkit::{SeededRng, SetClock, TestDatabase};
use uuid::Uuid;

pub(crate) const TENANT: TenantId = TenantId::from_uuid(Uuid::from_u128(1));
pub(crate) const CONNECTION: ConnectionId = ConnectionId::from_uuid(Uuid::from_u128(2));

/// A database, an instance, and what makes passes between them. Both clocks stand, and are not the
/// same.
pub(crate) struct Rig {
    pub(crate) sim: Arc<Simulator>,
    pub(crate) store: Store,
    pub(crate) engine: Engine,
    pub(crate) sessions: Arc<Sessions>,
    pub(crate) clock: Arc<SetClock>,
    pub(crate) pause: Arc<Skip>,
    pub(crate) http: reqwest::Client,
    _database: TestDatabase,
}

type Change = fn(&mut Connection);
type Meanwhile = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Moves both clocks instead of waiting, and lets something happen meanwhile.
pub(crate) struct Skip {
    clock: Arc<SetClock>,
    sim: Arc<Simulator>,
    meanwhile: Mutex<Option<Meanwhile>>,
}

impl fmt::Debug for Skip {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Skip").finish_non_exhaustive()
    }
}

impl Pause for Skip {
    fn until(&self, at: Timestamp) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        let ticks = at.ticks() - self.clock.now().ticks();
        let seconds = (ticks + 9_999_999).div_euclid(10_000_000).max(0);
        self.clock.advance_seconds(seconds);
        self.sim.jump(seconds);
        let meanwhile = self.meanwhile.lock().unwrap().take();
        meanwhile.unwrap_or_else(|| Box::pin(ready(())))
    }
}

/// Changes the connection as a PATCH does.
async fn write(store: &Store, change: Change) {
    let decide = move |stored: &Connection| {
        let mut connection = stored.clone();
        change(&mut connection);
        connection.version += 1;
        let at = connection.last_modified;
        let event = author().record(Activity::Update, &connection, Vec::new(), at);
        Ok::<_, ()>(Decision::Write { connection, event })
    };
    store.update_connection(TENANT, CONNECTION, decide).await.unwrap();
}

/// What a test does with the parts of an engine before it begins.
pub(crate) struct Setup {
    pub(crate) incidents: u32,
    pub(crate) page_size: u32,
    pub(crate) query: &'static str,
    /// Incidents that were closed longer ago are not kept.
    pub(crate) retention_days: Option<u64>,
    /// Signs in as somebody who is bound by ACLs.
    pub(crate) robot: bool,
}

impl Default for Setup {
    fn default() -> Self {
        Self { incidents: 25, page_size: 10, query: "", retention_days: None, robot: false }
    }
}

impl Rig {
    pub(crate) async fn start(database: TestDatabase, setup: Setup) -> Self {
        let store = database.open().await;
        let size = Size { incidents: setup.incidents, users: 20, seed: 1 };
        let nowhere = SocketAddr::from(([127, 0, 0, 1], 0));
        let sim = Simulator::start(nowhere, &size, None, Box::new(|| 0)).await.unwrap();
        sim.freeze_at("2026-06-01 12:00:00").unwrap();
        let sim = Arc::new(sim);
        let clock = Arc::new(SetClock::new());
        let (of_clock, of_sim) = (Arc::clone(&clock), Arc::clone(&sim));
        let pause = Skip { clock: of_clock, sim: of_sim, meanwhile: Mutex::default() };
        let pause = Arc::new(pause);
        let parts = parts(&store, &sim, &pause, &setup);
        let (sessions, engine) = (Arc::clone(&parts.sessions), Engine::new(parts));
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let rig = Self { sim, store, engine, sessions, clock, pause, http, _database: database };
        rig.connect(setup.robot).await;
        rig
    }

    /// Goes on with another engine.
    pub(crate) fn with(self, setup: &Setup) -> Self {
        let parts = parts(&self.store, &self.sim, &self.pause, setup);
        let (sessions, engine) = (Arc::clone(&parts.sessions), Engine::new(parts));
        Self { engine, sessions, ..self }
    }

    /// Another engine beside this one.
    pub(crate) fn other(&self, setup: &Setup) -> Engine {
        Engine::new(parts(&self.store, &self.sim, &self.pause, setup))
    }

    /// An engine that goes another way to the instances.
    pub(crate) fn through(&self, sessions: &Arc<Sessions>, setup: &Setup) -> Engine {
        let sessions = Arc::clone(sessions);
        Engine::new(Parts { sessions, ..parts(&self.store, &self.sim, &self.pause, setup) })
    }

    /// Our time, in seconds.
    pub(crate) fn seconds(&self) -> i64 {
        self.clock.now().unix_seconds()
    }

    /// Changes the connection.
    pub(crate) async fn change(&self, change: Change) {
        write(&self.store, change).await;
    }

    /// Changes the connection when a pass waits next.
    pub(crate) fn meanwhile(&self, change: Change) {
        let store = self.store.clone();
        self.happens_meanwhile(async move { write(&store, change).await });
    }

    /// Lets something happen when a pass waits next.
    pub(crate) fn happens_meanwhile(&self, it: impl Future<Output = ()> + Send + 'static) {
        *self.pause.meanwhile.lock().unwrap() = Some(Box::pin(it));
    }

    /// Deletes the connection.
    pub(crate) fn delete(&self) -> impl Future<Output = ()> + use<> {
        let store = self.store.clone();
        async move {
            let decide = |stored: &Connection| {
                let now = stored.last_modified;
                Ok::<_, ()>(author().record(Activity::Delete, stored, Vec::new(), now))
            };
            store.delete_connection(TENANT, CONNECTION, decide).await.unwrap();
        }
    }

    /// Changes incidents of the instance.
    pub(crate) fn edit(&self, mut edit: Value) {
        edit["table"] = json!("incident");
        self.sim.edit(edit).unwrap();
    }

    /// Closes something to everybody but administrators.
    pub(crate) fn close(&self, closes: Closes, field: &str, query: &str) {
        let acl = Acl {
            table: "incident".to_owned(),
            closes,
            roles: vec!["nobody".to_owned()],
            field: field.to_owned(),
            query: query.to_owned(),
        };
        self.sim.settings(|settings| settings.acls = vec![acl]);
    }

    /// Has requests of incidents meet a fault: those of these numbers, or all.
    pub(crate) fn fault(&self, kind: &Value, requests: &[u64]) {
        let mut fault = json!({"kind": kind, "path": "/table/incident"});
        if !requests.is_empty() {
            fault["requests"] = json!(requests);
        }
        self.sim.faults(vec![serde_json::from_value(fault).unwrap()]);
    }

    /// A connection to the instance that is on, and its credential.
    async fn connect(&self, robot: bool) {
        let hosts = hosts(&self.sim);
        let draft = ConnectionDraft {
            instance_url: Some(format!("http://{}", self.sim.address())),
            incident_api_url: Some("api/now/table/incident".to_owned()),
            status: Some(ConnectionStatus::Enabled),
            ..ConnectionDraft::default()
        };
        let now = self.clock.now();
        let connection = Connection::create(draft, (TENANT, CONNECTION), now, &hosts).unwrap();
        let event = author().record(Activity::Create, &connection, Vec::new(), now);
        self.store.insert_connection(connection, event).await.unwrap();
        let known = Simulator::CREDENTIALS;
        if robot {
            let set = json!({"user_name": "robot", "active": "true",
                "web_service_access_only": "true", "user_password": known.password});
            self.sim.edit(json!({"table": "sys_user", "set": set})).unwrap();
        }
        let user = if robot { "robot" } else { known.user };
        self.put(&json!({"kind": "basic", "userName": user, "password": known.password})).await;
    }

    pub(crate) async fn put(&self, credential: &Value) {
        let credential = Credential::from_json(credential.to_string().as_bytes()).unwrap();
        let put = self.store.put_credential(TENANT, CONNECTION, &credential, &author()).await;
        assert!(put.unwrap());
    }

    /// Makes one pass, and answers what became of it.
    pub(crate) async fn pass(&self) -> SyncRun {
        self.turn(Removals::Doubted).await
    }

    /// Compares all rows.
    pub(crate) async fn reconcile(&self) -> SyncRun {
        self.ask(RunKind::Reconcile).await;
        self.turn(Removals::Doubted).await
    }

    /// Compares all rows, and believes that they are gone.
    pub(crate) async fn accept(&self) -> SyncRun {
        self.ask(RunKind::Reconcile).await;
        self.turn(Removals::Accepted).await
    }

    /// Whether a pass is due so many seconds from now.
    pub(crate) async fn is_due(&self, seconds: i64) -> bool {
        let now = self.clock.now().plus_seconds(seconds);
        let far = now.plus_seconds(1_000_000_000);
        !self.store.due_connections(now, far, 9).await.unwrap().is_empty()
    }

    async fn ask(&self, kind: RunKind) {
        let asked = self.store.queue_run(TENANT, CONNECTION, kind, self.clock.now()).await;
        assert_eq!(asked.unwrap().unwrap().status, RunStatus::Queued);
    }

    async fn turn(&self, removals: Removals) -> SyncRun {
        self.engine.turn(TENANT, CONNECTION, removals).await.unwrap();
        // So that the next one is later.
        self.clock.advance_seconds(1);
        self.last_run().await
    }

    /// Lets some time pass on both clocks.
    pub(crate) fn wait(&self, seconds: i64) {
        self.clock.advance_seconds(seconds);
        self.sim.jump(seconds);
    }

    pub(crate) async fn last_run(&self) -> SyncRun {
        self.runs().await.remove(0)
    }

    /// What was asked for last comes first.
    pub(crate) async fn runs(&self) -> Vec<SyncRun> {
        self.store.runs(TENANT, CONNECTION, 999).await.unwrap()
    }

    pub(crate) async fn health(&self) -> Health {
        self.store.health(TENANT, CONNECTION).await.unwrap().unwrap()
    }
}

fn parts(store: &Store, sim: &Simulator, pause: &Arc<Skip>, setup: &Setup) -> Parts {
    let policy = EgressPolicy { allow: Vec::new(), private: hosts(sim) };
    let timeouts = Timeouts { connect: Duration::from_secs(5), total: Duration::from_secs(10) };
    let door = Door::new(policy, Arc::new(SystemNames), Network { timeouts, ..Network::default() });
    let credentials = CredentialPolicy { basic: true };
    let day = Duration::from_hours(24);
    Parts {
        store: store.clone(),
        sessions: Arc::new(Sessions::new(store.clone(), door, credentials)),
        clock: Arc::clone(&pause.clock) as Arc<dyn Clock>,
        rng: Arc::new(SeededRng::new(3)),
        pause: Arc::clone(pause) as Arc<dyn Pause>,
        settings: SyncSettings {
            schedule: Schedule { interval: Duration::from_mins(5), reconcile: day },
            overlap: Duration::from_mins(2),
            page_size: setup.page_size,
            query: setup.query.parse().unwrap(),
            retention: setup.retention_days.map(|days| Duration::from_hours(24 * days)),
        },
    }
}

fn hosts(sim: &Simulator) -> PlainHttpHosts {
    PlainHttpHosts::new([sim.address().to_string().parse().unwrap()])
}

fn author() -> Author {
    Author { actor: "ada".into(), application: "curl".into() }
}
