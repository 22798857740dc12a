//! Keys of the service itself, sealed.

mod service;
mod signing;

pub(crate) use service::{INSERT_SERVICE_KEY, LOAD_SERVICE_KEY};
pub(crate) use signing::{INSERT_SIGNING_KEY, LIST_SIGNING_KEYS};
pub use signing::{NewSigningKey, SigningKey};
