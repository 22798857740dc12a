//! What every request goes through.

mod coding;
mod cookie;
mod form;
mod frame;
mod query;

pub(crate) use coding::compression;
pub(crate) use cookie::Cookie;
pub(crate) use form::{Form, FormError};
pub(crate) use frame::frame;
pub(crate) use query::Query;
