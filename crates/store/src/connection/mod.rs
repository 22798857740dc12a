//! Connections: one file an operation.

mod delete;
mod insert;
mod list;
mod load;
mod queried;
mod row;
mod update;

pub(crate) use delete::DELETE_CONNECTION;
pub(crate) use insert::INSERT_CONNECTION;
pub(crate) use load::{LOAD_CONNECTION, LOCK_CONNECTION, load, lock};
pub(crate) use queried::{SET_LAST_QUERIED, queried};
pub(crate) use row::read_status;
pub use row::{CONNECTIONS, OAUTH_SECRET};
pub(crate) use update::UPDATE_CONNECTION;
pub use update::{Decision, UpdateError, Updated};
