//! From an `Authorization` header to a proven caller.

mod authenticator;
mod bearer;
mod source;

pub use authenticator::{AuthenticationError, Authenticator};
pub use source::KeysUnavailable;
pub(crate) use source::Snapshot;
