use super::function::part;
use super::{Comparison, EvaluateError, compare_values};
use crate::expr::bound::Function;
use crate::value::Value;

/// Functions of a collection (URL conventions 5.1.1.5 to 5.1.1.6).
pub(super) fn of_collection(
    function: Function,
    items: &[Value],
    rest: &[Value],
) -> Result<Value, EvaluateError> {
    let count = |count: usize| Value::Int(i64::try_from(count).unwrap_or(i64::MAX));
    Ok(match (function, rest) {
        (Function::Length, []) => count(items.len()),
        (Function::Substring, [Value::Int(start)]) => {
            Value::Collection(part(items.iter().cloned(), items.len(), *start, i64::MAX))
        }
        (Function::Substring, [Value::Int(start), Value::Int(length)]) => {
            Value::Collection(part(items.iter().cloned(), items.len(), *start, *length))
        }
        (_, [Value::Collection(other)]) => match function {
            Function::Concat => Value::Collection([items, other].concat()),
            Function::Contains => Value::Boolean(position(items, other)?.is_some()),
            Function::StartsWith => {
                Value::Boolean(equal(items.get(..other.len()).unwrap_or_default(), other)?)
            }
            Function::EndsWith => {
                let start = items.len().checked_sub(other.len());
                let end = start.and_then(|start| items.get(start..)).unwrap_or_default();
                Value::Boolean(equal(end, other)?)
            }
            Function::IndexOf => position(items, other)?.map_or(Value::Int(-1), count),
            Function::HasSubset => Value::Boolean(has_subset(items, other)?),
            Function::HasSubsequence => Value::Boolean(has_subsequence(items, other)?),
            _ => return Err(EvaluateError::WrongType(function.name())),
        },
        _ => return Err(EvaluateError::WrongType(function.name())),
    })
}

/// Where the items of one collection stand one after the other in another.
fn position(items: &[Value], part: &[Value]) -> Result<Option<usize>, EvaluateError> {
    for start in 0..=items.len().saturating_sub(part.len()) {
        let window = items.get(start..).and_then(|rest| rest.get(..part.len()));
        if let Some(window) = window
            && equal(window, part)?
        {
            return Ok(Some(start));
        }
    }
    Ok(None)
}

fn equal(one: &[Value], other: &[Value]) -> Result<bool, EvaluateError> {
    if one.len() != other.len() {
        return Ok(false);
    }
    for (one, other) in one.iter().zip(other) {
        if !compare_values(Comparison::Eq, one, other)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Each item as often as it is wanted, in any order.
fn has_subset(items: &[Value], wanted: &[Value]) -> Result<bool, EvaluateError> {
    let mut left: Vec<&Value> = items.iter().collect();
    for item in wanted {
        let mut found = None;
        for (index, candidate) in left.iter().enumerate() {
            if compare_values(Comparison::Eq, candidate, item)? {
                found = Some(index);
                break;
            }
        }
        match found {
            Some(index) => left.swap_remove(index),
            None => return Ok(false),
        };
    }
    Ok(true)
}

/// The items in this order, with others between them or not.
fn has_subsequence(items: &[Value], wanted: &[Value]) -> Result<bool, EvaluateError> {
    let mut wanted = wanted.iter();
    let Some(mut next) = wanted.next() else { return Ok(true) };
    for item in items {
        if compare_values(Comparison::Eq, item, next)? {
            match wanted.next() {
                Some(more) => next = more,
                None => return Ok(true),
            }
        }
    }
    Ok(false)
}
