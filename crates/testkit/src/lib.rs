//! What tests share: the real router over a temporary database, a set clock, seeded randomness.

mod clock;
mod database;
mod http;
mod rng;
mod server;

pub use clock::SetClock;
pub use database::TestDatabase;
pub use http::{Answer, Call};
pub use rng::SeededRng;
pub use server::{CONNECTIONS, Server, Setup, TENANT};
