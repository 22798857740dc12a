//! The connector against a simulated instance over real TCP.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "helpers of tests")]

mod desk;
mod egress;
mod follow;
mod kept;
mod left_alone;
mod live;
mod live_pages;
mod network;
mod patience;
mod refresh_tokens;
mod rig;
mod rotation;
mod scenarios;
mod several;
mod sick;
mod site;
mod steps;
mod sweep;
mod truth;
