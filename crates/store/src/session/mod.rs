//! Who is signed in to the console. A session is known by a hash, so that nobody who reads the
//! database can go on with one.

mod end;
mod load;
mod start;

pub(crate) use end::{DELETE_SESSION, DELETE_SESSIONS};
pub use load::Session;
pub(crate) use load::{LOAD_SESSION, TOUCH_SESSION};
pub(crate) use start::{DELETE_OLD_SESSIONS, INSERT_SESSION};
