use std::cmp::Ordering;

use super::order::order_values;
use super::{EvaluateError, Item, Place};
use crate::edm::TypeName;
use crate::expr::ITEM;
use crate::expr::bound::{Expr, OrderBy};
use crate::value::{Structured, Value};

/// Whether an item of a collection satisfies a filter that is about items: null does not.
pub fn matches_item(filter: &Expr, item: &Value) -> Result<bool, EvaluateError> {
    match of_item(filter, item)? {
        Value::Boolean(holds) => Ok(holds),
        Value::Null => Ok(false),
        _ => Err(EvaluateError::WrongType("$filter")),
    }
}

/// Which of two items comes first by the keys of an `$orderby` that is about items, as
/// [`compare`](super::compare) does for rows.
pub fn compare_items(
    keys: &[OrderBy],
    left: &Value,
    right: &Value,
) -> Result<Ordering, EvaluateError> {
    for key in keys {
        let ordering = order_values(&of_item(&key.expr, left)?, &of_item(&key.expr, right)?)?;
        if ordering != Ordering::Equal {
            return Ok(if key.descending { ordering.reverse() } else { ordering });
        }
    }
    Ok(Ordering::Equal)
}

/// The value of an expression that is about items, for one of them.
pub(crate) fn of_item(expr: &Expr, value: &Value) -> Result<Value, EvaluateError> {
    // Nothing in it begins at a row.
    let row = Structured { type_name: TypeName::from_static("", ""), properties: Vec::new() };
    let item = Item { number: ITEM, value, outer: None };
    Place { row: &row, items: Some(&item) }.value(expr)
}
