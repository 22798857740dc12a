//! Encoded queries: read, bound to a table, asked of rows.

mod datepart;
mod evaluate;
mod lex;
mod meaning;
mod order;
mod plan;
mod script;
mod term;
#[cfg(test)]
mod tests;

use jiff::tz::TimeZone;

pub(crate) use evaluate::{Bound, is_number, is_time};
pub(crate) use lex::{Query, Refused};
pub(crate) use order::{Case, Key};

/// Who asks, and how this instance reads queries.
#[derive(Debug)]
pub(crate) struct Asker<'a> {
    pub(crate) user_id: &'a str,
    pub(crate) zone: &'a TimeZone,
    pub(crate) now: i64,
    pub(crate) ignore_case: bool,
    pub(crate) drop_scripts: bool,
    /// Whether groups of `^NQ` are ordered each by itself.
    pub(crate) order_by_group: bool,
}
