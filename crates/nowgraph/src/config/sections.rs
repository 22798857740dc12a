use std::num::NonZeroU32;
use std::path::PathBuf;
use std::time::Duration;

use api::Visibility;
use connector::HostPattern;
use identity::{ClaimMapping, RoleMapping};
use model::HostPort;
use servicenow::{Field, Filter, Proxy};

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
    /// Incidents that were closed longer ago are not kept.
    pub(crate) retention: Option<Duration>,
}

/// `[live]`
#[derive(Debug, Clone)]
pub(crate) struct Live {
    /// An instance has so long for the incidents of a person.
    pub(crate) timeout: Duration,
    /// Where a person's name is looked for.
    pub(crate) columns: Vec<Field>,
    /// By whose rights incidents are shown.
    pub(crate) visibility: Visibility,
}

/// `[console]`
#[derive(Debug, Clone)]
pub(crate) struct ConsoleSettings {
    /// As which client people are sent to the first issuer of `auth.issuers`; empty if they are not.
    pub(crate) client_id: String,
    pub(crate) client_secret_file: Option<PathBuf>,
    /// What the claims of these people grant.
    pub(crate) roles: RoleMapping,
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
