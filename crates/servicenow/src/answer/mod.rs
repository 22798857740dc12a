//! What an answer says: a status alone proves nothing, so status and body are judged together.

mod failure;
mod head;
mod judge;
mod said;

pub use failure::{Failure, RetryAfter};
pub(crate) use head::Head;
pub(crate) use judge::{cancelled_or, judge};
pub use said::Said;
