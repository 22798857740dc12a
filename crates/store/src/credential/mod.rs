//! Credentials of connections: one file an operation. What is secret in them is sealed.

mod delete;
mod describe;
mod load;
mod put;
mod renew;
mod row;

pub(crate) use delete::DELETE_CREDENTIAL;
pub(crate) use describe::{DESCRIBE_CREDENTIAL, described};
pub(crate) use load::LOAD_CREDENTIAL;
pub(crate) use put::PUT_CREDENTIAL;
pub use renew::Renewal;
pub(crate) use renew::{LOCK_CREDENTIAL, RENEW_CREDENTIAL};
pub use row::{CredentialDescription, CredentialVersion, StoredCredential};
