//! How tests of connections went.

mod list;
mod record;

pub(crate) use list::LIST_TRIALS;
pub use record::TrialRecord;
pub(crate) use record::{FORGET_TRIALS, RECORD_TRIAL};
