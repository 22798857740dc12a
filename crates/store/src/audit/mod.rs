//! The audit log, written in the transactions that it records.

mod append;
mod list;
mod table;

pub(crate) use append::{APPEND_EVENT, append};
pub use list::AuditRecord;
pub(crate) use list::LIST_EVENTS;
pub use table::AUDIT_EVENTS;
