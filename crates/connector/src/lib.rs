//! The connector: which hosts may be called, and what is made of their answers.
//!
//! Decisions are functions of values; what calls, reads and writes is thin. Time and randomness
//! are arguments.

mod door;
mod egress;
mod sign_in;
mod site;
mod trouble;

pub use door::Door;
pub use egress::{EgressPolicy, Gate, HostPattern, HostPatternError, Refusal, SystemNames};
pub use sign_in::{SignInError, sign_in};
pub use site::{Site, SiteError};
pub use trouble::Trouble;
