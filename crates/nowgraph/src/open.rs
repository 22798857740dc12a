//! From the configuration to what the commands work with.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, bail};
use api::{App, Parts};
use connector::{
    ConnectionTest, Door, EgressPolicy, Engine, LiveSettings, Network, Schedule, Sessions,
    SyncSettings, SystemNames, UserIncidents,
};
use console::Console;
use identity::{
    Authenticator, BuiltinIssuer, IssuerNetwork, IssuerProxy, OidcClient, OidcError, OidcIssuer,
    OidcSettings, OidcSignIn, SigningKeys, TokenEndpoint,
};
use model::PlainHttpHosts;
use secrecy::SecretString;
use servicenow::PrivateCa;
use store::{MasterKey, Store};

use crate::clock::SystemClock;
use crate::config::{AuthMode, Config, ConfigError};
use crate::network;
use crate::rng::SystemRng;

/// Opens the database and brings it up to date; makes it where there is none.
pub(crate) async fn store(config: &Config) -> anyhow::Result<Store> {
    let url = &config.database;
    let is_new = url.sqlite_path().is_some_and(|path| !path.exists());
    let master = master_key(config)?;
    let opened = Store::open(url, master, Arc::new(SystemRng), Arc::new(SystemClock));
    let store = opened.await.with_context(|| unusable(config))?;
    if is_new {
        tracing::info!(database = %url, "made a new database");
    }
    Ok(store)
}

/// Opens a database in which there should be something: to look into a new one means to have
/// mistaken its path.
pub(crate) async fn existing_store(config: &Config) -> anyhow::Result<Store> {
    check_exists(config)?;
    store(config).await
}

/// Whether there is a file, where the database is one.
pub(crate) fn check_exists(config: &Config) -> anyhow::Result<()> {
    let url = &config.database;
    if url.sqlite_path().is_some_and(|path| !path.exists()) {
        bail!("there is no database {url}; `nowgraph migrate` would make one");
    }
    Ok(())
}

/// Puts the service together. `outside` has proved the configuration before a database is made.
pub(crate) async fn app(
    config: &Config,
    outside: Option<Authenticator>,
    store: Store,
    Connector { door, sessions, engine }: Connector,
) -> anyhow::Result<App> {
    let (authenticator, token_endpoint) = if let Some(outside) = outside {
        (outside, None)
    } else {
        let issuer = issuer(config);
        let keys = SigningKeys::new(store.clone());
        let tenants = config.auth.tenants.clone();
        let authenticator = Authenticator::builtin(keys.clone(), &issuer, tenants);
        (authenticator, Some(TokenEndpoint { store: store.clone(), keys, issuer }))
    };
    let parts = Parts {
        test: connection_test(config, door, store.clone()),
        engine,
        live: user_incidents(config, sessions, store.clone()),
        store,
        authenticator,
        token_endpoint,
        token_authority: config.auth.issuers.first().cloned(),
        clock: Arc::new(SystemClock),
        rng: Arc::new(SystemRng),
        transport: config.transport(),
        public_url: config.public_url.clone(),
        plain_http: plain_http(config),
        visibility: config.live.visibility,
        audit_retention: config.audit_retention,
        requests_per_second: config.requests_per_second,
        services: &[],
    };
    Ok(App::new(parts).await?)
}

/// The pages, where somebody can sign in: with an account of this service, or by an issuer outside.
pub(crate) fn console(
    config: &Config,
    openid: Option<OidcSignIn>,
    store: Store,
    connector: &Connector,
) -> Option<Arc<Console>> {
    let has_passwords = config.auth.mode == AuthMode::Builtin;
    if !has_passwords && openid.is_none() {
        return None;
    }
    let public = config.public_url.as_ref().map(api::PublicUrl::as_str);
    Some(Arc::new(Console::new(console::Parts {
        test: connection_test(config, connector.door.clone(), store.clone()),
        engine: connector.engine.clone(),
        live: user_incidents(config, Arc::clone(&connector.sessions), store.clone()),
        store,
        clock: Arc::new(SystemClock),
        rng: Arc::new(SystemRng),
        is_secure: public.map_or(config.scheme() == "https", |url| url.starts_with("https:")),
        public_url: public.map(ToOwned::to_owned),
        has_passwords,
        openid,
        tenants: config.auth.tenants.clone(),
        plain_http: plain_http(config),
        shows_incidents: config.live.visibility == api::Visibility::Service,
    })))
}

/// The built-in issuer under the names of the configuration.
pub(crate) fn issuer(config: &Config) -> BuiltinIssuer {
    BuiltinIssuer::new(config.public_url.as_ref().map(api::PublicUrl::as_str))
}

/// Hosts that instance URLs may name with plain http.
pub(crate) fn plain_http(config: &Config) -> PlainHttpHosts {
    PlainHttpHosts::new(config.egress.private.iter().cloned())
}

/// The way to instances.
pub(crate) fn door(config: &Config) -> Result<Door, ConfigError> {
    let policy = EgressPolicy { allow: config.egress.allow.clone(), private: plain_http(config) };
    let network = network::open(config, &policy)?;
    Ok(Door::new(policy, Arc::new(SystemNames), network))
}

/// What tests connections.
pub(crate) fn connection_test(config: &Config, door: Door, store: Store) -> ConnectionTest {
    ConnectionTest {
        store,
        door,
        credentials: config.credentials,
        filter: config.sync.query.clone(),
        page_size: config.sync.page_size.get(),
    }
}

/// What calls instances: all of it shares the tokens.
pub(crate) struct Connector {
    door: Door,
    sessions: Arc<Sessions>,
    pub(crate) engine: Engine,
}

/// What calls instances in a server.
pub(crate) fn connector(config: &Config, door: Door, store: &Store) -> Connector {
    let sessions = sessions(config, door.clone(), store.clone());
    let engine = engine(config, Arc::clone(&sessions), store.clone());
    Connector { door, sessions, engine }
}

/// Calls of instances.
pub(crate) fn sessions(config: &Config, door: Door, store: Store) -> Arc<Sessions> {
    Arc::new(Sessions::new(store, door, config.credentials))
}

/// What makes the passes over all connections.
pub(crate) fn engine(config: &Config, sessions: Arc<Sessions>, store: Store) -> Engine {
    let sync = &config.sync;
    Engine::new(connector::Parts {
        sessions,
        store,
        clock: Arc::new(SystemClock),
        rng: Arc::new(SystemRng),
        pause: Arc::new(SystemClock),
        settings: SyncSettings {
            schedule: Schedule { interval: sync.interval, reconcile: sync.reconcile },
            overlap: sync.overlap,
            page_size: sync.page_size.get(),
            query: sync.query.clone(),
            retention: sync.retention,
        },
    })
}

/// What asks for the incidents of one person.
pub(crate) fn user_incidents(
    config: &Config,
    sessions: Arc<Sessions>,
    store: Store,
) -> UserIncidents {
    UserIncidents {
        sessions,
        store,
        clock: Arc::new(SystemClock),
        pause: Arc::new(SystemClock),
        settings: LiveSettings {
            timeout: config.live.timeout,
            columns: config.live.columns.clone(),
            filter: config.sync.query.clone(),
        },
    }
}

/// The issuers outside, where the configuration names some instead of the built-in one.
pub(crate) fn outside(config: &Config, door: &Door) -> anyhow::Result<Option<Authenticator>> {
    if config.auth.mode == AuthMode::Builtin {
        return Ok(None);
    }
    let authenticator = Authenticator::oidc(&oidc_settings(config, door));
    authenticator.map(Some).map_err(|error| wrong_issuer(config, error))
}

/// What lets people in to the console whom the first issuer outside vouches for.
pub(crate) fn openid(config: &Config, door: &Door) -> anyhow::Result<Option<OidcSignIn>> {
    let settings = &config.console;
    if settings.client_id.is_empty() {
        return Ok(None);
    }
    let secret = match &settings.client_secret_file {
        Some(path) => Some(client_secret(path).map_err(|error| {
            let problem = format!("console.client_secret_file: {error:#}");
            config.wrong("console.client_secret_file", &problem)
        })?),
        None => None,
    };
    let (id, roles) = (settings.client_id.clone(), settings.roles.clone());
    let openid = OidcSignIn::new(&oidc_settings(config, door), OidcClient { id, secret, roles });
    openid.map(Some).map_err(|error| wrong_issuer(config, error))
}

fn client_secret(path: &Path) -> anyhow::Result<SecretString> {
    let text = fs::read_to_string(path);
    let text = text.with_context(|| format!("cannot read {}", path.display()))?;
    let secret = text.trim_end_matches(['\r', '\n']);
    if secret.is_empty() || secret.contains('\n') {
        bail!("{} must have one line, the secret", path.display());
    }
    Ok(secret.to_owned().into())
}

fn oidc_settings(config: &Config, door: &Door) -> OidcSettings {
    let mapping = &config.auth.grants;
    let issuer = |url: &String| OidcIssuer { url: url.clone(), mapping: mapping.clone() };
    OidcSettings {
        issuers: config.auth.issuers.iter().map(issuer).collect(),
        audiences: config.auth.audiences.clone(),
        tenants: config.auth.tenants.clone(),
        private: plain_http(config),
        network: issuer_network(door),
    }
}

fn wrong_issuer(config: &Config, error: OidcError) -> anyhow::Error {
    match error {
        OidcError::Client(_) => error.into(),
        // What these say begins with the key.
        OidcError::NoIssuer
        | OidcError::NoAudience
        | OidcError::Issuer { .. }
        | OidcError::NotAllowed(_)
        | OidcError::AnyTenant(_) => config.wrong("auth.issuers", &error.to_string()).into(),
    }
}

/// Issuers are asked on the same way as instances.
fn issuer_network(door: &Door) -> IssuerNetwork {
    let Network { private_ca, proxy, .. } = door.network();
    IssuerNetwork {
        authorities: private_ca.as_ref().map(PrivateCa::certificates).unwrap_or_default(),
        proxy: proxy.as_ref().map(|proxy| IssuerProxy {
            proxy: proxy.proxy(),
            resolver: Arc::new(door.gate(proxy.port())),
        }),
    }
}

/// The master key of a database that is to be made of a backup: no key is made for it.
pub(crate) fn existing_master_key(config: &Config) -> anyhow::Result<MasterKey> {
    match (&config.master_key_file, config.database.sqlite_path()) {
        (None, Some(database)) => Ok(MasterKey::load(&MasterKey::path_beside(database))?),
        _ => master_key(config),
    }
}

/// SQLite has its key beside it; PostgreSQL has no such place.
fn master_key(config: &Config) -> anyhow::Result<MasterKey> {
    match (&config.master_key_file, config.database.sqlite_path()) {
        (Some(path), _) => Ok(MasterKey::load(path).map_err(|error| {
            let problem = format!("master_key_file: {:#}", anyhow::Error::from(error));
            config.wrong("master_key_file", &problem)
        })?),
        (None, Some(database)) => {
            MasterKey::beside(database, &SystemRng).with_context(|| unusable(config))
        }
        (None, None) => Err(ConfigError::Missing {
            key: "master_key_file",
            reason: "PostgreSQL has no place beside it for a key; \
                     `openssl rand -hex 32` makes one, in a file of mode 0600",
        }
        .into()),
    }
}

fn unusable(config: &Config) -> String {
    format!("cannot use the database {}", config.database)
}
