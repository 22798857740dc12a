//! Incidents as they were fetched: one file an operation.

mod begin_sweep;
mod bury;
mod callers;
mod compare_page;
mod delete_all;
mod discard;
mod drop_closed;
mod keys;
mod of_callers;
mod row;
mod store_page;
mod table;
mod tally;
mod unseen;
mod word_index;

pub(crate) use bury::BURY;
pub use callers::CallerName;
pub(crate) use callers::{CALLERS_BY_EMAIL, CALLERS_BY_USER_NAME};
pub use compare_page::SweepPage;
pub(crate) use compare_page::{MARK_MISSED, STORED_VERSIONS};
pub(crate) use delete_all::{DELETE_INCIDENTS, DELETE_RANGE, OTHER_INCIDENTS};
pub(crate) use discard::{
    ANY_DISCARDED, CLEARED, DISCARD, FIRST_DISCARDED, IS_DISCARDED, NOT_DISCARDED, any_discarded,
    discard, is_discarded,
};
pub(crate) use drop_closed::DROP_CLOSED;
pub use drop_closed::Dropped;
pub(crate) use keys::{NTH_BEHIND, query_along};
pub(crate) use row::{INCIDENTS_OF_CALLERS, LOAD_INCIDENT, SAVE_INCIDENT, read, words};
pub use store_page::IncidentPage;
pub(crate) use store_page::{DROP_INCIDENT, LOAD_VERSION};
pub use table::INCIDENTS;
pub(crate) use tally::{INCIDENT_STATES, STATES_KEPT, TALLY_INCIDENTS, TALLY_KEPT};
pub use tally::{Labelled, Tally};
pub use unseen::Unseen;
pub(crate) use unseen::{COUNT_LIVE, COUNT_MISSED, SOME_MISSED};
pub(crate) use word_index::{
    CREATE_WORDS_DELETED, DROP_WORDS_DELETED, FORGET_WORDS_OF_ALL, LEAVE_NO_TRACE, leave_no_trace,
};
