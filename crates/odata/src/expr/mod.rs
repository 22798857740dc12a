//! Expressions of `$filter` and `$orderby`: parsed, bound against the model, evaluated.

mod ast;
mod bind;
mod bound;
mod constant;
mod error;
mod evaluate;
mod lex;
mod names;
mod parse;
mod parse_list;
mod parse_option;
mod parse_path;
mod power;
mod print;
mod scan;
mod unparse;

pub use ast::{Argument, Literal, Node, NodeKind, Operator, Step, StepKind};
pub use bind::{Computed, Scope, compute, filter, order_by};
pub(crate) use bind::{
    cast, computed, condition, filter_prefix, item_filter, item_order, item_value, key_value,
    key_value_of, nested_filter, nested_order, order, refuse_taken, value,
};
pub use bound::{
    Arithmetic, Comparison, Expr, Function, OrderBy, PathStep, PropertyPath, Quantifier, Root,
    TypeCast,
};
pub use constant::constant_value;
pub use error::ExprError;
pub use evaluate::{EvaluateError, compare, compare_items, evaluate, finds, matches, matches_item};
pub(crate) use evaluate::{of_item, order_values, promoted};
pub(crate) use lex::TokenKind;
pub(crate) use parse::Parser;
pub use parse::parse;
pub(crate) use parse::parse_prefix;

/// The variable of an expression that is about items alone.
pub(crate) const ITEM: u32 = 1;

#[cfg(test)]
pub(crate) mod fixture;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;
