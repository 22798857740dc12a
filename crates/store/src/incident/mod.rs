//! Incidents as they were fetched: one file an operation.

mod delete_all;
mod row;
mod store_page;
mod table;

pub(crate) use delete_all::{DELETE_BEHIND, DELETE_RANGE, LAST_OF_RANGE, delete_all};
pub(crate) use row::{LOAD_INCIDENT, SAVE_INCIDENT};
pub use store_page::IncidentPage;
pub(crate) use store_page::LOAD_VERSION;
pub use table::INCIDENTS;
