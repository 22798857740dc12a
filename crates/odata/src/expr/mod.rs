//! Expressions of `$filter` and `$orderby`: parsed, bound against the model, evaluated.

mod bound;

pub use bound::{Arithmetic, Comparison, Expr, Function, OrderBy, PathStep, PropertyPath};
