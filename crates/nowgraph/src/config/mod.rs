//! Settings: defaults, then a TOML file, then `NOWGRAPH_…` variables, then flags. Later wins.

mod error;
mod layer;
mod settings;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::time::Duration;

use api::{PublicUrl, Transport};
use connector::{CredentialPolicy, HostPattern};
use identity::ClaimMapping;
use model::HostPort;
use servicenow::{Field, Filter, Proxy};
use store::DatabaseUrl;

pub(crate) use error::ConfigError;
pub(crate) use layer::Origin;
use layer::{Entry, Raw};

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
    pub(crate) requests_per_second: NonZeroU32,
    /// Where what is not a default was set.
    origins: BTreeMap<String, Origin>,
}

/// `[tls]`
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) enum TlsMode {
    /// Plain http.
    #[default]
    Off,
    /// PEM files; one that is not named yet has no path.
    Files { certificate: PathBuf, key: PathBuf },
    /// A certificate of the local authority.
    Dev,
}

/// `[auth]`
#[derive(Debug, Clone)]
pub(crate) struct Auth {
    pub(crate) mode: AuthMode,
    pub(crate) issuers: Vec<String>,
    pub(crate) audiences: Vec<String>,
    pub(crate) tenants: Vec<model::TenantId>,
    /// What claims of other issuers than Entra ID stand for.
    pub(crate) grants: ClaimMapping,
}

/// `[egress]`
#[derive(Debug, Clone)]
pub(crate) struct Egress {
    /// Hosts of instances that may be called where they are public.
    pub(crate) allow: Vec<HostPattern>,
    /// What may be called although private, and over plain http.
    pub(crate) private: Vec<HostPort>,
    /// Authorities that are trusted beside those of the system.
    pub(crate) ca_file: Option<PathBuf>,
    /// What is shown to instances that want a certificate.
    pub(crate) client_certificate_file: Option<PathBuf>,
    pub(crate) client_key_file: Option<PathBuf>,
    /// What all calls of instances go through.
    pub(crate) proxy: Option<Proxy>,
    /// Who calls, where the URL of the proxy does not say.
    pub(crate) proxy_password_file: Option<PathBuf>,
}

/// `[sync]`
#[derive(Debug, Clone)]
pub(crate) struct SyncSettings {
    /// From one pass over a connection to the next.
    pub(crate) interval: Duration,
    /// How long it takes at most until others see a row that has been stamped.
    pub(crate) overlap: Duration,
    /// From one comparison of all rows to the next.
    pub(crate) reconcile: Duration,
    /// Rows of a page.
    pub(crate) page_size: NonZeroU32,
    /// Which incidents are read at all.
    pub(crate) query: Filter,
}

/// `[live]`
#[derive(Debug, Clone)]
pub(crate) struct Live {
    /// An instance has so long for the incidents of a person.
    pub(crate) timeout: Duration,
    /// Where a person's name is looked for.
    pub(crate) columns: Vec<Field>,
}

/// Who issues the tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AuthMode {
    Builtin,
    Oidc,
}

impl AuthMode {
    /// The name in the configuration.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Builtin => "builtin",
            Self::Oidc => "oidc",
        }
    }
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
            },
            live: Live {
                timeout: Duration::from_secs(5),
                columns: vec![Field::constant("email"), Field::constant("user_name")],
            },
            credentials: CredentialPolicy { basic: false },
            requests_per_second: NonZeroU32::MIN.saturating_add(199),
            origins: BTreeMap::new(),
        })
    }

    /// What no setting can tell alone.
    fn check(&self) -> Result<(), ConfigError> {
        if !self.listen.ip().is_loopback() && self.public_url.is_none() {
            let problem = "listen is not a loopback address, so public_url must be set, \
                           e.g. to https://graph.contoso.example";
            return Err(self.wrong("listen", problem));
        }
        if let TlsMode::Files { certificate, key } = &self.tls {
            let none = Path::new("");
            if certificate == none {
                let problem = "tls.key_file is set, so tls.certificate_file must be set too";
                return Err(self.wrong("tls.key_file", problem));
            }
            if key == none {
                let problem = "tls.certificate_file is set, so tls.key_file must be set too";
                return Err(self.wrong("tls.certificate_file", problem));
            }
        }
        self.check_egress()?;
        if self.auth.mode == AuthMode::Oidc && self.auth.issuers.is_empty() {
            let problem = "auth.mode is \"oidc\", so auth.issuers must name an issuer";
            return Err(self.wrong("auth.mode", problem));
        }
        if self.auth.mode == AuthMode::Oidc && self.auth.audiences.is_empty() {
            let problem = "auth.mode is \"oidc\", so auth.audiences must name an audience";
            return Err(self.wrong("auth.mode", problem));
        }
        Ok(())
    }

    fn check_egress(&self) -> Result<(), ConfigError> {
        let egress = &self.egress;
        if egress.client_certificate_file.is_some() != egress.client_key_file.is_some() {
            let (set, missing) = if egress.client_key_file.is_some() {
                ("egress.client_key_file", "egress.client_certificate_file")
            } else {
                ("egress.client_certificate_file", "egress.client_key_file")
            };
            return Err(self.wrong(set, &format!("{set} is set, so {missing} must be set too")));
        }
        let key = "egress.proxy_password_file";
        match (&egress.proxy, &egress.proxy_password_file) {
            (None, Some(_)) => {
                Err(self.wrong(key, &format!("{key} is set, so egress.proxy must be set too")))
            }
            (Some(proxy), Some(_)) if proxy.names_somebody() => {
                let problem = format!("{key} is set, so egress.proxy must not name somebody");
                Err(self.wrong(key, &problem))
            }
            (_, None) | (Some(_), Some(_)) => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn load(file: &str, variables: &[(&str, &str)]) -> Result<Config, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("nowgraph.toml");
        fs::write(&path, file).unwrap();
        let own = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        let sources = Sources {
            file: Some(&path),
            variables: variables.iter().map(own).collect(),
            flags: vec![],
        };
        let shorten = |text: String| text.replace(&folder.path().display().to_string(), "");
        Config::load(&sources).map_err(|error| shorten(error.to_string()))
    }

    #[test]
    fn later_layers_win() {
        let file = "listen = \"127.0.0.1:1\"\n[limits]\nrequests_per_second = 7\n";
        let config = load(file, &[("NOWGRAPH_LISTEN", "127.0.0.1:2")]).unwrap();
        assert_eq!(config.listen.port(), 2);
        assert_eq!(config.requests_per_second.get(), 7);
        let flags = vec![("listen", "--listen", "127.0.0.1:3".to_owned())];
        let config = Config::load(&Sources { flags, ..Sources::default() }).unwrap();
        assert_eq!(config.listen.port(), 3);
    }

    #[test]
    fn lists_are_separated_by_commas_and_may_be_empty() {
        let file = "[egress]\nprivate = [\"127.0.0.1:1\"]\n";
        let two = load(file, &[("NOWGRAPH_EGRESS__PRIVATE", "a:1, b:2")]).unwrap();
        assert_eq!(two.egress.private, ["a:1", "b:2"].map(|pair| pair.parse().unwrap()));
        let none = load(file, &[("NOWGRAPH_EGRESS__PRIVATE", "")]).unwrap();
        assert!(none.egress.private.is_empty());
    }

    #[test]
    fn a_section_may_be_empty() {
        let file = "[auth]\n# mode = \"oidc\"\n[egress]\n";
        assert_eq!(load(file, &[]).unwrap().auth.mode, AuthMode::Builtin);
    }

    #[test]
    fn variables_of_kubernetes_are_not_ours() {
        let injected = [
            ("NOWGRAPH_SERVICE_HOST", "10.0.0.1"),
            ("NOWGRAPH_PORT", "tcp://10.0.0.1:80"),
            ("NOWGRAPH_PORT_80_TCP", "x"),
            ("NOWGRAPHITE", "x"),
        ];
        assert!(load("", &injected).is_ok());
    }

    #[track_caller]
    fn check(file: &str, variables: &[(&str, &str)], expect: &str) {
        let error = load(file, variables).unwrap_err();
        assert!(error.starts_with(expect), "{error:?} does not begin with {expect:?}");
    }

    #[test]
    fn mistakes_of_the_connector_are_named_with_their_place() {
        check(
            "[egress]\nprivate = [\"10.0.0.1\"]\n",
            &[],
            "/nowgraph.toml line 2: egress.private must be a list of HOST:PORT: \"10.0.0.1\" is not",
        );
        check(
            "[egress]\nallow = [\"snow.contoso.example\", \"*\"]\n",
            &[],
            "/nowgraph.toml line 2: egress.allow must be a list of hosts: \"*\" is neither",
        );
        check(
            "[sync]\nquery = \"sys_created_on>javascript:gs.daysAgo(1)\"\n",
            &[],
            "/nowgraph.toml line 2: sync.query must not contain 'javascript:'",
        );
        check(
            "[sync]\npage_size = 0\n",
            &[],
            "/nowgraph.toml line 2: sync.page_size must be a whole number from 1",
        );
        check(
            "[live]\ntimeout = \"5\"\n",
            &[],
            "/nowgraph.toml line 2: live.timeout must be a time from 1s to 365d",
        );
        check(
            "[live]\nmatch = [\"email\", \"U PN\"]\n",
            &[],
            "/nowgraph.toml line 2: live.match must be a list of columns of sys_user: ",
        );
        check(
            "",
            &[("NOWGRAPH_LIVE__MATCH", "")],
            "variable NOWGRAPH_LIVE__MATCH: live.match must",
        );
    }

    #[test]
    fn mistakes_are_named_with_their_place() {
        check("\nlisten = 5\n", &[], "/nowgraph.toml line 2: listen must be a text");
        check(
            "[auth]\nmoda = \"x\"\n",
            &[],
            "/nowgraph.toml line 2: auth.moda is not a known setting",
        );
        check("[auht]\n", &[], "/nowgraph.toml line 1: auht is not a known setting");
        check("auth = \"x\"\n", &[], "/nowgraph.toml line 1: auth is not a known setting");
        check(
            "[auth]\nmode = \"none\"\n",
            &[],
            "/nowgraph.toml line 2: auth.mode must be \"builtin\" or \"oidc\"",
        );
        check(
            "[auth]\ngrants = [\"roles:a=King\"]\n",
            &[],
            "/nowgraph.toml line 2: auth.grants cannot be read: \"King\" is neither a permission",
        );
        check("listen = \"x\"\n", &[], "/nowgraph.toml line 1: listen must be ADDRESS:PORT");
        check("listen = \n", &[], "/nowgraph.toml line 1: ");
        check(
            "",
            &[("NOWGRAPH_LISTE", "x")],
            "variable NOWGRAPH_LISTE: liste is not a known setting",
        );
        check(
            "",
            &[("NOWGRAPH_LIMITS__REQUESTS_PER_SECOND", "0")],
            "variable NOWGRAPH_LIMITS__REQUESTS_PER_SECOND: limits.requests_per_second must be",
        );
        check(
            "\nlisten = \"0.0.0.0:80\"\n",
            &[],
            "/nowgraph.toml line 2: listen is not a loopback address, so public_url must be set",
        );
        check(
            "[auth]\nmode = \"oidc\"\n",
            &[],
            "/nowgraph.toml line 2: auth.mode is \"oidc\", so auth.issuers must name an issuer",
        );
        check(
            "[tls]\nkey_file = \"k.pem\"\n",
            &[],
            "/nowgraph.toml line 2: tls.key_file is set, so tls.certificate_file must be set too",
        );
        check(
            "[tls]\ncertificate_file = \"c.pem\"\nkey_file = \"\"",
            &[],
            "/nowgraph.toml line 2: tls.certificate_file is set, so tls.key_file must be set too",
        );
        check(
            "[tls]\ncertificate_file = \"c.pem\"\n",
            &[("NOWGRAPH_TLS__DEV", "true")],
            "variable NOWGRAPH_TLS__DEV: tls.dev makes a certificate of its own",
        );
        check(
            "[egress]\nclient_key_file = \"k.pem\"\n",
            &[],
            "/nowgraph.toml line 2: egress.client_key_file is set, so egress.client_certificate_file",
        );
        check(
            "[egress]\nproxy = \"ann:hunter2@proxy.example:3128\"\n",
            &[],
            "/nowgraph.toml line 2: egress.proxy must be http://HOST:PORT",
        );
        check(
            "[egress]\nproxy_password_file = \"p\"\n",
            &[],
            "/nowgraph.toml line 2: egress.proxy_password_file is set, so egress.proxy must be set",
        );
        check(
            "[egress]\nproxy = \"http://ann@proxy.example\"\nproxy_password_file = \"p\"\n",
            &[],
            "/nowgraph.toml line 3: egress.proxy_password_file is set, so egress.proxy must not",
        );
        check("[tls]\ndev = 1\n", &[], "/nowgraph.toml line 2: tls.dev must be true or false");
    }
}
