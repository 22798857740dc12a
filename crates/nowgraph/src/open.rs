//! From the configuration to what the commands work with.

use std::sync::Arc;

use anyhow::Context as _;
use api::{App, Parts};
use identity::{
    Authenticator, BuiltinIssuer, ClaimMapping, OidcIssuer, OidcSettings, SigningKeys,
    TokenEndpoint,
};
use model::PlainHttpHosts;
use store::{MasterKey, Store};

use crate::clock::SystemClock;
use crate::config::{AuthMode, Config, ConfigError};
use crate::rng::SystemRng;

/// Opens the database and brings it up to date.
pub(crate) async fn store(config: &Config) -> anyhow::Result<Store> {
    let url = &config.database;
    let opened = Store::open(url, master_key(config)?, Arc::new(SystemRng), Arc::new(SystemClock));
    opened.await.with_context(|| format!("cannot use the database {url}"))
}

/// Puts the service together.
pub(crate) async fn app(config: &Config, store: Store) -> anyhow::Result<App> {
    let (authenticator, token_endpoint) = match config.auth.mode {
        AuthMode::Builtin => {
            let issuer = issuer(config);
            let keys = SigningKeys::new(store.clone());
            let tenants = config.auth.tenants.clone();
            let authenticator = Authenticator::builtin(keys.clone(), &issuer, tenants);
            (authenticator, Some(TokenEndpoint { store: store.clone(), keys, issuer }))
        }
        AuthMode::Oidc => (Authenticator::oidc(&oidc(config))?, None),
    };
    let parts = Parts {
        store,
        authenticator,
        token_endpoint,
        token_authority: config.auth.issuers.first().cloned(),
        clock: Arc::new(SystemClock),
        rng: Arc::new(SystemRng),
        public_url: config.public_url.clone(),
        plain_http: plain_http(config),
        requests_per_second: config.requests_per_second,
    };
    Ok(App::new(parts).await?)
}

/// The built-in issuer under the names of the configuration.
pub(crate) fn issuer(config: &Config) -> BuiltinIssuer {
    BuiltinIssuer::new(config.public_url.as_ref().map(api::PublicUrl::as_str))
}

/// Hosts that instance URLs may name with plain http.
pub(crate) fn plain_http(config: &Config) -> PlainHttpHosts {
    PlainHttpHosts::new(config.egress_private.iter().cloned())
}

fn oidc(config: &Config) -> OidcSettings {
    let issuer = |url: &String| OidcIssuer { url: url.clone(), mapping: ClaimMapping::default() };
    OidcSettings {
        issuers: config.auth.issuers.iter().map(issuer).collect(),
        audiences: config.auth.audiences.clone(),
        tenants: config.auth.tenants.clone(),
        private: plain_http(config),
    }
}

/// SQLite has its key beside it; PostgreSQL has no such place.
fn master_key(config: &Config) -> anyhow::Result<MasterKey> {
    match (&config.master_key_file, config.database.sqlite_path()) {
        (Some(path), _) => Ok(MasterKey::load(path)?),
        (None, Some(database)) => Ok(MasterKey::beside(database, &SystemRng)?),
        (None, None) => Err(ConfigError::Missing {
            key: "master_key_file",
            reason: "PostgreSQL has no place beside it for a key",
        }
        .into()),
    }
}
