//! Settings: defaults, then a TOML file, then `NOWGRAPH_…` variables, then flags. Later wins.

mod check;
mod error;
mod layer;
mod sections;
mod settings;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::time::Duration;

use api::{PublicUrl, Transport, Visibility};
use connector::{CredentialPolicy, HostPattern};
use identity::{ClaimMapping, RoleMapping};
use servicenow::{Field, Filter};
use store::DatabaseUrl;

pub(crate) use error::ConfigError;
pub(crate) use layer::Origin;
use layer::{Entry, Raw};
pub(crate) use sections::{Auth, AuthMode, ConsoleSettings, Egress, Live, SyncSettings, TlsMode};

/// Everything that can be set, read and checked.
#[derive(Debug, Clone)]
pub(crate) struct Config {
    pub(crate) listen: SocketAddr,
    pub(crate) public_url: Option<PublicUrl>,
    pub(crate) database: DatabaseUrl,
    pub(crate) master_key_file: Option<PathBuf>,
    pub(crate) tls: TlsMode,
    pub(crate) auth: Auth,
    pub(crate) egress: Egress,
    pub(crate) sync: SyncSettings,
    pub(crate) live: Live,
    /// `[credentials]`
    pub(crate) credentials: CredentialPolicy,
    /// `audit.retention`: how long audit events are kept.
    pub(crate) audit_retention: Option<Duration>,
    pub(crate) requests_per_second: NonZeroU32,
    pub(crate) console: ConsoleSettings,
    /// Where what is not a default was set.
    origins: BTreeMap<String, Origin>,
}

/// Where settings come from, beside their defaults.
#[derive(Debug, Default)]
pub(crate) struct Sources<'a> {
    /// `--config FILE`
    pub(crate) file: Option<&'a Path>,
    /// The environment.
    pub(crate) variables: Vec<(String, String)>,
    /// Key, flag and value of what the command line says.
    pub(crate) flags: Vec<(&'static str, &'static str, String)>,
}

impl Config {
    /// Reads all layers.
    pub(crate) fn load(sources: &Sources<'_>) -> Result<Self, ConfigError> {
        let mut entries = match sources.file {
            Some(path) => layer::of_file(path)?,
            None => Vec::new(),
        };
        entries.extend(layer::of_variables(&sources.variables));
        entries.extend(sources.flags.iter().map(|(key, flag, value)| Entry {
            key: (*key).to_owned(),
            value: Raw::Text(value.clone()),
            origin: Origin::Flag(flag),
        }));
        let mut config = Self::defaults()?;
        for entry in entries {
            settings::apply(&mut config, &entry)?;
            config.origins.insert(entry.key, entry.origin);
        }
        config.check()?;
        Ok(config)
    }

    /// What requests come through.
    pub(crate) fn transport(&self) -> Transport {
        if self.tls == TlsMode::Off { Transport::Plain } else { Transport::Tls }
    }

    /// How the address is announced.
    pub(crate) const fn scheme(&self) -> &'static str {
        match self.tls {
            TlsMode::Off => "http",
            TlsMode::Files { .. } | TlsMode::Dev => "https",
        }
    }

    /// Whether somebody set it.
    pub(crate) fn is_set(&self, key: &str) -> bool {
        self.origins.contains_key(key)
    }

    /// What links to this service begin with, when it answers on this address.
    pub(crate) fn base(&self, address: SocketAddr) -> String {
        let bound = || format!("{}://{address}", self.scheme());
        self.public_url.as_ref().map_or_else(bound, PublicUrl::to_string)
    }

    /// A setting that turns out to be unusable where it is used.
    pub(crate) fn wrong(&self, key: &str, problem: &str) -> ConfigError {
        let origin = self.origins.get(key).cloned().unwrap_or(Origin::Default);
        ConfigError::At { origin, problem: problem.to_owned() }
    }

    fn defaults() -> Result<Self, ConfigError> {
        let database = "sqlite://nowgraph.db";
        Ok(Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            public_url: None,
            database: database.parse().map_err(|_default| ConfigError::Default(database))?,
            master_key_file: None,
            tls: TlsMode::Off,
            auth: Auth {
                mode: AuthMode::Builtin,
                issuers: Vec::new(),
                audiences: Vec::new(),
                tenants: Vec::new(),
                grants: ClaimMapping::default(),
            },
            egress: Egress {
                allow: HostPattern::instances(),
                private: Vec::new(),
                ca_file: None,
                client_certificate_file: None,
                client_key_file: None,
                proxy: None,
                proxy_password_file: None,
            },
            sync: SyncSettings {
                interval: Duration::from_mins(5),
                overlap: Duration::from_mins(2),
                reconcile: Duration::from_hours(24),
                page_size: NonZeroU32::MIN.saturating_add(999),
                query: Filter::default(),
                retention: None,
            },
            live: Live {
                timeout: Duration::from_secs(5),
                columns: vec![Field::constant("email"), Field::constant("user_name")],
                visibility: Visibility::Service,
            },
            credentials: CredentialPolicy { basic: false },
            audit_retention: None,
            requests_per_second: NonZeroU32::MIN.saturating_add(199),
            console: ConsoleSettings {
                client_id: String::new(),
                client_secret_file: None,
                roles: RoleMapping::default(),
            },
            origins: BTreeMap::new(),
        })
    }
}

#[cfg(test)]
mod tests;
