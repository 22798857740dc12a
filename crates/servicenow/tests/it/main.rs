//! The client against the simulated instance, over real TCP. The numbers are those of the checks
//! in `docs/servicenow.md`.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "helpers of tests")]

mod links;
mod lookups;
mod network;
mod oauth;
mod pages;
mod queries;
mod site;
mod walks;
mod weather;
