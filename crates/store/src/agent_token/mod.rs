//! What agents signed in to an instance with themselves. Only they see what it shows.

mod forget;
mod list;
mod load;
mod put;
mod renew;
mod row;

pub(crate) use forget::{FORGET_AGENT_TOKEN, FORGET_AGENT_TOKENS};
pub(crate) use list::LIST_AGENT_TOKENS;
pub(crate) use load::LOAD_AGENT_TOKEN;
pub(crate) use put::PUT_AGENT_TOKEN;
pub(crate) use renew::{LOCK_AGENT_TOKEN, RENEW_AGENT_TOKEN};
pub use row::{Agent, AgentToken, GivenBy};
