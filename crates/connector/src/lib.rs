//! The connector: which hosts may be called, and what is made of their answers.
//!
//! Decisions are functions of values; what calls, reads and writes is thin. Time and randomness
//! are arguments.

mod agents;
mod credential_policy;
mod door;
mod egress;
mod engine;
mod incident;
mod live;
mod network;
mod pass;
mod refresh_tokens;
mod sessions;
mod sign_in;
mod site;
mod table;
mod test;
mod time;
mod trouble;

pub use agents::{AgentSignIn, given_by};
pub use credential_policy::{CredentialPolicy, CredentialRefusal};
pub use door::Door;
pub use egress::{EgressPolicy, Gate, HostPattern, HostPatternError, Listed, Refusal, SystemNames};
pub use engine::{Engine, Parts, Schedule, SyncSettings, TurnError};
pub use live::{
    IncidentSource, LiveSettings, Match, MatchStatus, Rights, Tried, UserIncident,
    UserIncidentList, UserIncidentPosition, UserIncidents,
};
pub use network::Network;
pub use pass::{Pause, Removals};
pub use refresh_tokens::{RefreshTokenError, RefreshTokens};
pub use sessions::{OpenSessionError, Opened, Sessions};
pub use sign_in::{SignInError, sign_in};
pub use site::{Site, SiteError};
pub use table::table;
pub use test::{
    ConnectionTest, Step, StepName, StepStatus, TestReport, TestStatus, Told, Trial, test,
};
pub use trouble::Trouble;
pub(crate) use trouble::span;
