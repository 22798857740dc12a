//! A simulated ServiceNow instance over real TCP: the Table API with its own evaluator of
//! encoded queries, OAuth, ACLs, quirks and faults, over a world that a seed makes.
//!
//! It shares no types with any client, so that a wrong field name cannot pass on both sides. Time
//! comes from whoever starts it, and can then be stopped, set and moved.

mod access;
mod api;
mod auth;
mod clock;
mod control;
mod cors;
mod faults;
mod given;
mod http;
mod instance;
mod log;
mod query;
mod random;
mod rate;
mod seed;
mod settings;
mod simulator;
mod view;
mod work;
mod world;

pub use cors::{Domain, NoDomain};
pub use faults::{Fault, FaultKind, NoProbability, NoStatus, Probability, Status};
pub use instance::Outside;
pub use log::Logged;
pub use seed::Size;
pub use settings::{Acl, Closes, CorsRule, RateLimit, Settings, UnknownFields};
pub use simulator::{Credentials, EditError, Simulator};
