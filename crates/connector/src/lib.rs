//! The connector: which hosts may be called, and what is made of their answers.
//!
//! Decisions are functions of values; what calls, reads and writes is thin. Time and randomness
//! are arguments.

mod egress;

pub use egress::{EgressPolicy, Gate, HostPattern, HostPatternError, Refusal, SystemNames};
