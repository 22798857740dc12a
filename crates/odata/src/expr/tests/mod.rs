//! Texts through parsing, binding, printing and evaluation at once.

mod binding;
mod evaluating;
mod searching;

use super::fixture::{edm, full, scope};
use super::{EvaluateError, ExprError, filter, matches};

fn bound(text: &str) -> Result<String, ExprError> {
    let edm = edm();
    filter(text, &scope(&edm)).map(|expr| expr.to_string())
}

fn holds(text: &str) -> Result<bool, EvaluateError> {
    let edm = edm();
    matches(&filter(text, &scope(&edm)).unwrap_or_else(|e| panic!("{text}: {e}")), &full())
}
