//! Overview: how many incidents were opened when, and how connections are.

mod opened;
mod page;
mod period;

pub(crate) use page::show;
