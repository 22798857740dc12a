//! Reads what clients send: strictly, and with a place for every complaint.

mod bind;
mod error;
mod json;
mod members;
mod primitive;
mod target;

pub use bind::read_entity;
pub use error::ReadError;
pub use members::{Member, Members};
