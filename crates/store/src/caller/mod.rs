//! Users who have incidents, for those who look for them by name. They are learned with each page
//! of incidents, whose rows have the names that their callers have at that moment.

mod find;
mod forget;
mod learn;
mod names;

pub(crate) use find::CONNECTION_IDS;
pub use find::Caller;
#[cfg(test)]
pub(crate) use find::statement;
pub(crate) use forget::{
    FORGET_CALLERS, FORGET_IDLE_CALLERS, FORGET_IDLE_WORDS, FORGET_WORDS, forget_all, forget_idle,
};
pub(crate) use learn::{DELETE_CALLER_WORD, INSERT_CALLER_WORD, LOAD_CALLERS, SAVE_CALLER, learn};
