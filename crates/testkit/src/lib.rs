//! What tests share: the real router over a temporary database, a set clock, seeded randomness.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "a failure here is a failed test"
)]

mod clock;
mod database;
mod http;
mod json;
mod proxy;
mod rng;
mod server;

pub use api::Visibility;
pub use clock::SetClock;
pub use database::TestDatabase;
pub use http::{Answer, Call};
pub use json::{laid_out, with};
pub use proxy::{Fault, Proxy};
pub use rng::SeededRng;
pub use server::{CONNECTIONS, Server, Setup, TENANT};
