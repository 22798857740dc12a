//! The words of the domain, and the decisions about them. No I/O, no clock, no randomness.

mod address;
mod audit;
mod change;
mod clock;
mod comparison;
mod connection;
mod consequence;
mod credential;
mod endpoint;
mod health;
mod host_port;
mod ids;
mod incident;
mod incident_text;
mod origin;
mod principal;
mod rng;
mod role;
mod sync_run;
mod sync_state;

pub use address::is_public;
pub use audit::{Activity, AuditEvent, Author};
pub use change::Change;
pub use clock::{Clock, Timestamp};
pub use comparison::{Compared, Comparison, StoredVersion};
pub use connection::{
    Applied, AuthenticationMethod, Connection, ConnectionDraft, ConnectionPatch, ConnectionStatus,
    Field, LastQueried, OauthSecret, OauthSecretPatch, QueriedBy,
};
pub use consequence::Consequence;
pub use credential::{Credential, CredentialError, CredentialKind, CredentialMember, MemberRule};
pub use endpoint::{Endpoint, EndpointError, EndpointProperty, EndpointRule, PlainHttpHosts};
pub use health::{Health, HealthStatus};
pub use host_port::{HostPort, HostPortError};
pub use ids::{ConnectionId, TenantId};
pub use incident::{Incident, IncidentTexts, IncidentVersion, Merge};
pub use incident_text::{FieldPart, IncidentText, IncidentTextSource};
pub use origin::Origin;
pub use principal::{Caller, DirectoryRole, Permission, Principal, UnknownName};
pub use rng::Rng;
pub use role::Role;
pub use sync_run::{RunCounts, RunFailure, RunKind, RunStatus, SyncRun};
pub use sync_state::{SyncPosition, SyncState};
