use odata::expr::{Expr, OrderBy};
use odata::search::Search;
use odata::value::Value;

use super::Within;
use crate::StoreError;

/// Which rows, in which order, and how many of them.
#[derive(Debug, Clone, Copy, Default)]
pub struct ListQuery<'a> {
    /// Only rows that a relation leads to from one row.
    pub within: Option<Within<'a>>,
    /// Only rows for which it is true.
    pub filter: Option<&'a Expr>,
    /// Only rows whose text matches.
    pub search: Option<&'a Search>,
    /// What to sort by; the key of the table is appended where it is not in there, see
    /// [`Table::complete_order`](crate::Table::complete_order).
    pub order: &'a [OrderBy],
    /// Only rows behind this position: the values of all expressions of the complete order for
    /// the last row that was seen.
    pub after: Option<&'a [Value]>,
    /// Rows to leave out, counted behind the position.
    pub skip: u64,
    /// Rows to return at most.
    pub limit: u64,
    /// Whether to count all rows that pass filter and search.
    pub count: bool,
}

/// Rows that were found.
#[derive(Debug, Clone, PartialEq)]
pub struct Listed<T> {
    /// The rows.
    pub items: Vec<T>,
    /// Whether there are more behind the last one.
    pub more: bool,
    /// How many rows pass filter and search, if that was asked.
    pub count: Option<u64>,
}

/// No rows.
#[derive(Debug, thiserror::Error)]
pub enum ListError {
    /// The databases cannot do this exactly as it is defined.
    #[error("{name} is not served here")]
    NotServed {
        /// The function, operator or property.
        name: String,
    },
    /// The position does not belong to the order.
    #[error("the position does not fit the order")]
    Position,
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}
