//! What the simulated instance answers over real TCP. The numbers are those of the list of checks
//! in `docs/simulator.md`.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "helpers of tests")]

mod access;
mod batch;
mod consent;
mod control;
mod errors;
mod faults;
mod oauth;
mod paging;
mod queries;
mod refusals;
mod shapes;
mod site;
mod stats;
mod switches;
mod wire;
mod writes;
