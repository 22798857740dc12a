//! The connector against a simulated instance over real TCP.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "helpers of tests")]

mod egress;
mod refresh_tokens;
mod site;
mod steps;
