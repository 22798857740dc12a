//! What every request goes through, whatever it asks for.

pub(crate) mod body;
mod coding;
pub(crate) mod cors;
pub(crate) mod frame;
pub(crate) mod health;
pub(crate) mod ids;
pub(crate) mod methods;
pub(crate) mod rate_limit;
pub(crate) mod refusal;
pub(crate) mod service_root;
mod unread;
