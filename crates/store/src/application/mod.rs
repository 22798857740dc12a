//! Applications registered at the built-in issuer.

mod delete;
mod insert;
mod list;
mod load;
mod row;
mod secret;

pub(crate) use delete::DELETE_APPLICATION;
pub(crate) use insert::INSERT_APPLICATION;
pub(crate) use list::{LIST_APPLICATIONS, LIST_SECRETS};
pub(crate) use load::{LOAD_APPLICATION, LOAD_SECRETS};
pub use row::{Application, ApplicationSecret};
pub(crate) use secret::{DELETE_SECRET, INSERT_SECRET};
