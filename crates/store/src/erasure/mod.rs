//! Erasing what is stored of a person, and keeping it out from then on.

mod erase;
mod find;
mod kept_out;
mod mentions;
mod readmit;

pub use erase::Erased;
pub(crate) use erase::{
    DELETE_CALLER, DELETE_GONE_OF, DELETE_INCIDENTS_OF, DELETE_WORDS_OF, KEEP_OUT,
};
pub use find::StoredUser;
pub(crate) use find::USERS_CALLED;
pub(crate) use kept_out::{KEPT_OUT, keep_out};
pub(crate) use mentions::{ASSIGNED_TO, BLANK_ASSIGNEE};
pub(crate) use readmit::READMIT;
