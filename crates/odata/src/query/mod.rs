//! System query options (OData 4.01 URL conventions section 5.1).

mod bind;
mod error;
mod expand;
mod item;
mod nest;
mod option;
mod select;
mod split;
mod values;

use crate::apply::Plan;
use crate::expr::{Computed, Expr, OrderBy};
use crate::search::Search;

pub(crate) use bind::aliases;
pub use bind::bind;
pub use error::QueryError;
pub use expand::{ExpandItem, ExpandKind, Levels};
pub use item::{Item, ItemOption, ItemStep, items};
pub use option::{SystemOption, Target};
pub use select::{Select, SelectItem};
pub use split::split;
pub use values::bind_values;

/// The system query options of one request, checked against the model.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct QueryOptions {
    /// `$select`; none where it is absent or `*`.
    pub select: Option<Select>,
    /// `$expand`, each navigation property once.
    pub expand: Vec<ExpandItem>,
    /// `$filter`, of type Edm.Boolean.
    pub filter: Option<Expr>,
    /// `$search`
    pub search: Option<Search>,
    /// `$compute`; filter, order and selection have what its names stand for.
    pub compute: Vec<Computed>,
    /// `$apply`; everything else is applied to its result.
    pub apply: Option<Plan>,
    /// `$orderby`, the first key first; empty where it is absent.
    pub order_by: Vec<OrderBy>,
    /// `$top`, at most `i64::MAX`.
    pub top: Option<u64>,
    /// `$skip`, at most `i64::MAX`.
    pub skip: Option<u64>,
    /// `$skiptoken`, as it came.
    pub skip_token: Option<String>,
    /// `$count`
    pub count: Option<bool>,
    /// `$format`, as it came.
    pub format: Option<String>,
    /// Options of which only the presence and the text are known, in the order they came:
    /// `$deltatoken`, `$index`, `$schemaversion`.
    pub others: Vec<(SystemOption, String)>,
}

#[cfg(test)]
mod tests;
