use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use api::{App, Parts, Service, Transport, Visibility};
use axum::Router;
use axum::http::Method;
use connector::{
    ConnectionTest, CredentialPolicy, Door, EgressPolicy, Engine, LiveSettings, Network, Schedule,
    Sessions, SyncSettings, SystemNames, UserIncidents,
};
use console::Console;
use identity::{
    Authenticator, BuiltinIssuer, OidcClient, OidcSettings, OidcSignIn, SigningKeys, Subject,
    TokenEndpoint, TokenRequest, install_crypto,
};
use model::{Clock as _, DirectoryRole, HostPort, Permission, PlainHttpHosts, TenantId};
use serde_json::Value;
use servicenow::Filter;
use store::Store;
use uuid::Uuid;

use crate::{Call, SeededRng, SetClock, TestDatabase};

/// The tenant of the tests.
pub const TENANT: TenantId =
    TenantId::from_uuid(Uuid::from_u128(0x11111111_1111_1111_1111_111111111111));

/// Path of the collection.
pub const CONNECTIONS: &str = "/beta/deviceManagement/serviceNowConnections";

/// The real router over a temporary database, with a clock that is set.
#[derive(Debug)]
pub struct Server {
    router: Router,
    app: Arc<App>,
    /// What the pages work with.
    pub console: Arc<Console>,
    /// Moves the time of the service.
    pub clock: Arc<SetClock>,
    /// What ids are made of.
    pub rng: Arc<SeededRng>,
    /// The database behind it.
    pub store: Store,
    /// Makes passes when it is told to.
    pub engine: Engine,
    keys: SigningKeys,
    issuer: BuiltinIssuer,
    database: TestDatabase,
}

/// What may be different from server to server.
#[derive(Debug, Clone)]
pub struct Setup {
    /// Requests a second for each tenant and application.
    pub requests_per_second: u32,
    /// Hosts that plain http may be spoken with.
    pub plain_http: Vec<HostPort>,
    /// Configured public URL.
    pub public_url: Option<String>,
    /// Tenants that are let in; empty lets all in.
    pub tenants: Vec<TenantId>,
    /// By whose rights incidents are shown.
    pub visibility: Visibility,
    /// How long audit events are kept.
    pub audit_retention: Option<Duration>,
    /// Other models.
    pub services: &'static [Service],
    /// By whom people sign in to the console; by passwords of their own without it.
    pub openid: Option<(OidcSettings, OidcClient)>,
    /// Whether there are accounts with passwords beside an issuer outside.
    pub passwords_too: bool,
}

impl Default for Setup {
    fn default() -> Self {
        Self {
            requests_per_second: 100_000,
            plain_http: Vec::new(),
            public_url: None,
            tenants: Vec::new(),
            visibility: Visibility::Service,
            audit_retention: None,
            services: &[],
            openid: None,
            passwords_too: false,
        }
    }
}

impl Server {
    /// One over each kind of database.
    pub async fn both() -> [Self; 2] {
        let [sqlite, postgres] = TestDatabase::both();
        [Self::start(sqlite, Setup::default()).await, Self::start(postgres, Setup::default()).await]
    }

    /// Over SQLite, where the database makes no difference.
    pub async fn sqlite() -> Self {
        Self::start(TestDatabase::sqlite(), Setup::default()).await
    }

    /// Over this database.
    pub async fn start(database: TestDatabase, setup: Setup) -> Self {
        install_crypto();
        let clock = Arc::new(SetClock::new());
        let rng = Arc::new(SeededRng::new(7));
        let store = database.open_with(Arc::clone(&clock) as _).await;
        let public_url = setup.public_url.map(|url| url.parse::<api::PublicUrl>().unwrap());
        let issuer = BuiltinIssuer::new(public_url.as_ref().map(api::PublicUrl::as_str));
        let keys = SigningKeys::new(store.clone());
        let endpoint =
            TokenEndpoint { store: store.clone(), keys: keys.clone(), issuer: issuer.clone() };
        let (test, engine, live) = connector_parts(&store, &clock, &rng, &setup.plain_http);
        let console = Arc::new(Console::new(console::Parts {
            store: store.clone(),
            clock: Arc::clone(&clock) as _,
            rng: Arc::clone(&rng) as _,
            is_secure: public_url.is_some(),
            public_url: public_url.as_ref().map(ToString::to_string),
            has_passwords: setup.openid.is_none() || setup.passwords_too,
            openid: setup
                .openid
                .map(|(outside, client)| OidcSignIn::new(&outside, client).unwrap()),
            tenants: setup.tenants.clone(),
            plain_http: PlainHttpHosts::new(setup.plain_http.clone()),
            test: test.clone(),
            engine: engine.clone(),
            shows_incidents: setup.visibility == Visibility::Service,
            live: connector_parts(&store, &clock, &rng, &setup.plain_http).2,
        }));
        let parts = Parts {
            store: store.clone(),
            authenticator: Authenticator::builtin(keys.clone(), &issuer, setup.tenants),
            token_endpoint: Some(endpoint),
            token_authority: None,
            clock: Arc::clone(&clock) as _,
            rng: Arc::clone(&rng) as _,
            transport: Transport::Plain,
            public_url,
            plain_http: PlainHttpHosts::new(setup.plain_http),
            test,
            engine: engine.clone(),
            live,
            visibility: setup.visibility,
            audit_retention: setup.audit_retention,
            requests_per_second: NonZeroU32::new(setup.requests_per_second).unwrap(),
            services: setup.services,
        };
        let app = Arc::new(App::new(parts).await.unwrap());
        let router = api::router(Arc::clone(&app)).merge(console::router(Arc::clone(&console)));
        Self { router, app, console, clock, rng, store, engine, keys, issuer, database }
    }

    /// Runs statements on the database behind it, for tables that the program does not make.
    pub fn execute(&self, statements: &str) {
        self.database.execute(statements);
    }

    /// The router itself, to be served over a socket.
    pub fn router(&self) -> Router {
        self.router.clone()
    }

    /// What the router works with.
    pub fn app(&self) -> Arc<App> {
        Arc::clone(&self.app)
    }

    /// A request; without a token unless one is added.
    pub fn call(&self, method: &str, path: &str) -> Call {
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        Call::new(self.router.clone(), method, path)
    }

    /// The token of an application that may do everything.
    pub async fn admin(&self) -> String {
        self.app_token(TENANT, &[Permission::DeviceManagementConfigurationReadWriteAll]).await
    }

    /// An application's own token.
    pub async fn app_token(&self, tenant: TenantId, permissions: &[Permission]) -> String {
        self.mint(TokenRequest {
            tenant,
            subject: Subject::app_named(tenant, "tests"),
            permissions: permissions.to_vec(),
            lifetime: 3600,
        })
        .await
    }

    /// A user's token.
    pub async fn user_token(&self, permissions: &[Permission], roles: &[DirectoryRole]) -> String {
        self.mint(TokenRequest {
            tenant: TENANT,
            subject: Subject::User { upn: "ada@contoso.example".to_owned(), roles: roles.to_vec() },
            permissions: permissions.to_vec(),
            lifetime: 3600,
        })
        .await
    }

    /// Any claims, signed by the built-in issuer.
    pub async fn sign(&self, claims: &Value) -> String {
        self.keys.newest().await.unwrap().sign(claims).unwrap()
    }

    /// Any token of the built-in issuer.
    pub async fn mint(&self, request: TokenRequest) -> String {
        let key = self.keys.newest().await.unwrap();
        self.issuer.mint(&key, &request, self.clock.now(), self.rng.as_ref()).unwrap()
    }
}

/// The connector with the defaults of the configuration; only the hosts of plain http are called.
fn connector_parts(
    store: &Store,
    clock: &Arc<SetClock>,
    rng: &Arc<SeededRng>,
    private: &[HostPort],
) -> (ConnectionTest, Engine, UserIncidents) {
    let private = PlainHttpHosts::new(private.iter().cloned());
    let policy = EgressPolicy { allow: Vec::new(), private };
    let door = Door::new(policy, Arc::new(SystemNames), Network::default());
    let credentials = CredentialPolicy { basic: false };
    let settings = SyncSettings {
        schedule: Schedule {
            interval: Duration::from_mins(5),
            reconcile: Duration::from_hours(24),
        },
        overlap: Duration::from_mins(2),
        page_size: 1000,
        query: Filter::default(),
        retention: None,
    };
    let sessions = Arc::new(Sessions::new(store.clone(), door.clone(), credentials));
    let live = UserIncidents {
        store: store.clone(),
        sessions: Arc::clone(&sessions),
        clock: Arc::clone(clock) as _,
        pause: Arc::clone(clock) as _,
        settings: LiveSettings {
            timeout: Duration::from_secs(5),
            columns: ["email", "user_name"].map(|name| name.parse().unwrap()).to_vec(),
            filter: Filter::default(),
        },
    };
    let engine = Engine::new(connector::Parts {
        store: store.clone(),
        sessions,
        clock: Arc::clone(clock) as _,
        rng: Arc::clone(rng) as _,
        pause: Arc::clone(clock) as _,
        settings: settings.clone(),
    });
    let SyncSettings { page_size, query: filter, .. } = settings;
    let test = ConnectionTest { store: store.clone(), door, credentials, filter, page_size };
    (test, engine, live)
}
