use std::cmp::Ordering;

use super::arithmetic::{Numbers, promote};
use super::{EvaluateError, evaluate};
use crate::expr::bound::{Comparison, OrderBy};
use crate::value::{Structured, Value};

/// Which of two rows comes first by the keys of `$orderby`. Null is lower than every value, and
/// `NaN` lower than every other number.
pub fn compare(
    keys: &[OrderBy],
    left: &Structured,
    right: &Structured,
) -> Result<Ordering, EvaluateError> {
    for key in keys {
        let ordering = order_values(&evaluate(&key.expr, left)?, &evaluate(&key.expr, right)?)?;
        if ordering != Ordering::Equal {
            return Ok(if key.descending { ordering.reverse() } else { ordering });
        }
    }
    Ok(Ordering::Equal)
}

/// The order of values in `$orderby`: null first, then `NaN`.
pub(crate) fn order_values(left: &Value, right: &Value) -> Result<Ordering, EvaluateError> {
    let is_nan = |value: &Value| matches!(value, Value::Double(number) if number.is_nan());
    match (left, right) {
        (Value::Null, Value::Null) => Ok(Ordering::Equal),
        (Value::Null, _) => Ok(Ordering::Less),
        (_, Value::Null) => Ok(Ordering::Greater),
        _ => Ok(order(left, right)?.unwrap_or_else(|| is_nan(right).cmp(&is_nan(left)))),
    }
}

/// Whether a comparison holds between two values.
pub(in crate::expr) fn compare_values(
    op: Comparison,
    left: &Value,
    right: &Value,
) -> Result<bool, EvaluateError> {
    let both_null = matches!((left, right), (Value::Null, Value::Null));
    if both_null || matches!(left, Value::Null) || matches!(right, Value::Null) {
        return Ok(match op {
            Comparison::Eq | Comparison::Ge | Comparison::Le => both_null,
            Comparison::Ne => !both_null,
            Comparison::Gt | Comparison::Lt => false,
        });
    }
    if let Some(equal) = structural(left, right)? {
        return Ok(match op {
            Comparison::Eq => equal,
            Comparison::Ne => !equal,
            _ => return Err(EvaluateError::WrongType("a comparison")),
        });
    }
    // Without an order there is `NaN`, which is not equal to anything.
    let order = order(left, right)?;
    Ok(match op {
        Comparison::Eq => order == Some(Ordering::Equal),
        Comparison::Ne => order != Some(Ordering::Equal),
        Comparison::Gt => order == Some(Ordering::Greater),
        Comparison::Ge => order.is_some_and(Ordering::is_ge),
        Comparison::Lt => order == Some(Ordering::Less),
        Comparison::Le => order.is_some_and(Ordering::is_le),
    })
}

/// Whether two complex values or collections are equal: of one type, with equal properties, or
/// with equal items in the same order (URL conventions 5.1.1.1.1). None for other values.
fn structural(left: &Value, right: &Value) -> Result<Option<bool>, EvaluateError> {
    Ok(match (left, right) {
        (Value::Collection(left), Value::Collection(right)) => {
            Some(left.len() == right.len() && all_equal(left.iter().zip(right))?)
        }
        (Value::Structured(left), Value::Structured(right)) => {
            if left.type_name != right.type_name || left.properties.len() != right.properties.len()
            {
                return Ok(Some(false));
            }
            let null = &Value::Null;
            let pairs = left.properties.iter();
            let pairs = pairs.map(|(name, value)| (value, right.property(name).unwrap_or(null)));
            Some(all_equal(pairs)?)
        }
        _ => None,
    })
}

fn all_equal<'v>(
    pairs: impl Iterator<Item = (&'v Value, &'v Value)>,
) -> Result<bool, EvaluateError> {
    for (left, right) in pairs {
        if !compare_values(Comparison::Eq, left, right)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The order of two values that are not null; none with `NaN`.
fn order(left: &Value, right: &Value) -> Result<Option<Ordering>, EvaluateError> {
    Ok(Some(match (left, right) {
        (Value::Boolean(left), Value::Boolean(right)) => left.cmp(right),
        // UTF-8 sorts as its code points do.
        (Value::String(left), Value::String(right)) => left.cmp(right),
        (Value::Guid(left), Value::Guid(right)) => left.cmp(right),
        (Value::DateTimeOffset(left), Value::DateTimeOffset(right)) => left.cmp(right),
        (Value::Enum(left), Value::Enum(right)) => left.cmp(right),
        (Value::Date(left), Value::Date(right)) => left.cmp(right),
        (Value::TimeOfDay(left), Value::TimeOfDay(right)) => left.cmp(right),
        (Value::Duration(left), Value::Duration(right)) => left.cmp(right),
        (Value::Binary(left), Value::Binary(right)) => left.cmp(right),
        _ => match promote(left, right).ok_or(EvaluateError::WrongType("a comparison"))? {
            Numbers::Int(left, right) => left.cmp(&right),
            Numbers::Decimal(left, right) => left.cmp(&right),
            Numbers::Double(left, right) => return Ok(left.partial_cmp(&right)),
        },
    }))
}
