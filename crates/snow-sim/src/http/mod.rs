//! Requests and answers as values, and the sockets under them.

pub(crate) mod message;
pub(crate) mod pages;
pub(crate) mod server;
mod wire;

pub(crate) use message::{Answer, Damage, Request};
