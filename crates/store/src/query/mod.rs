//! Bound expressions of `$filter` and `$orderby` as SQL that finds the same rows in the same
//! order as the evaluator of `odata`, or not at all.
//!
//! Numbers of any kind are integers here: a decimal is one that counts its last digit. Ranges are
//! tracked, so that what could overflow, or divide by zero, is refused beforehand instead of
//! failing on some row. A boolean is a condition of SQL.

mod apply;
mod arithmetic;
mod bound;
mod case;
mod compare;
mod condition;
mod constant;
mod date;
mod dialect;
mod double;
mod given;
mod linear;
mod list_query;
mod listing;
mod needed;
mod number;
mod order;
mod position;
mod related;
mod relation;
mod scalar;
mod search;
mod search_index;
mod table;
mod temporal;
mod text;
mod translator;
mod types;

#[cfg(test)]
mod tests;

pub use apply::{Applied, ApplyQuery};
pub(crate) use apply::{Applying, Parts};
pub(crate) use dialect::Dialect;
pub use double::{double_code, double_of};
pub use list_query::{ListError, ListQuery, Listed};
pub(crate) use listing::{Listing, Selection, Shown, Text};
pub(crate) use related::RelatedQuery;
pub use related::Within;
pub(crate) use related::key_columns;
pub use table::{Column, ColumnKind, Relation, RowType, RowTypes, Searched, Table};
