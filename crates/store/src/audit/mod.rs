//! The audit log, written in the transactions that it records.

mod append;
mod drop;
mod list;
mod table;

pub(crate) use append::{APPEND_EVENT, append};
pub(crate) use drop::{AUDITED_TENANTS, DROP_EVENTS};
pub use list::AuditRecord;
pub(crate) use list::{LIST_EVENTS, LIST_EVENTS_OF};
pub use table::AUDIT_EVENTS;
