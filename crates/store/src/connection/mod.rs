//! Connections: one file an operation.

mod delete;
mod insert;
mod list;
mod load;
mod row;
mod update;

pub(crate) use delete::DELETE_CONNECTION;
pub(crate) use insert::INSERT_CONNECTION;
pub(crate) use load::{LOAD_CONNECTION, LOCK_CONNECTION, lock};
pub use row::{CONNECTIONS, OAUTH_SECRET};
pub(crate) use update::UPDATE_CONNECTION;
pub use update::{Decision, UpdateError, Updated};
