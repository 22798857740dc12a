//! Requests and answers as values, and the sockets under them.

mod cutting;
mod ending;
pub(crate) mod message;
mod pack;
pub(crate) mod pages;
mod read;
mod refusing;
pub(crate) mod server;
mod wire;

pub(crate) use message::{Answer, Damage, Request};
