//! The meaning of expressions, in memory: what a database answers must be the same rows.
//!
//! Strings are compared by code point, case-sensitively. `length`, `indexof` and `substring` count
//! Unicode code points. `tolower` and `toupper` follow the full case mapping of Unicode, in which a
//! letter may become several.

mod arithmetic;
mod function;
mod order;

use super::bound::{Expr, PathStep};
use crate::value::{Structured, Value};

pub use order::compare;
pub(super) use order::compare_values;

/// Why an expression has no value for a row. Binding rules out the wrong types; these are left.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EvaluateError {
    /// The result does not fit the type.
    #[error("The result of '{0}' does not fit its type.")]
    Overflow(&'static str),
    /// The right operand of `div`, `divby` or `mod` is zero.
    #[error("The right operand of '{0}' is zero.")]
    DivisionByZero(&'static str),
    /// The length given to `substring` is negative.
    #[error("The length given to 'substring' is negative.")]
    NegativeLength,
    /// A value of a type that the operator or function does not take.
    #[error("A value of another type was given to '{0}'.")]
    WrongType(&'static str),
    /// The row lacks a property that the expression names.
    #[error("The row has no property '{0}'.")]
    NoProperty(String),
}

/// Whether a row satisfies a filter: null does not.
pub fn matches(filter: &Expr, row: &Structured) -> Result<bool, EvaluateError> {
    match evaluate(filter, row)? {
        Value::Boolean(holds) => Ok(holds),
        Value::Null => Ok(false),
        _ => Err(EvaluateError::WrongType("$filter")),
    }
}

/// The value of an expression for a row.
///
/// `and` and `or` look at operands from left to right and stop where the result is certain, so an
/// operand behind that point cannot fail.
pub fn evaluate(expr: &Expr, row: &Structured) -> Result<Value, EvaluateError> {
    match expr {
        Expr::Literal(value) => Ok(value.clone()),
        Expr::Property(path) => property(&path.steps, row),
        Expr::And(operands) => logical(operands, row, false, "and"),
        Expr::Or(operands) => logical(operands, row, true, "or"),
        Expr::Not(operand) => match evaluate(operand, row)? {
            Value::Boolean(holds) => Ok(Value::Boolean(!holds)),
            Value::Null => Ok(Value::Null),
            _ => Err(EvaluateError::WrongType("not")),
        },
        Expr::Compare { op, left, right } => {
            let holds = compare_values(*op, &evaluate(left, row)?, &evaluate(right, row)?)?;
            Ok(Value::Boolean(holds))
        }
        Expr::In { operand, list } => {
            let operand = evaluate(operand, row)?;
            for item in list {
                if compare_values(super::Comparison::Eq, &operand, item)? {
                    return Ok(Value::Boolean(true));
                }
            }
            Ok(Value::Boolean(false))
        }
        Expr::Arithmetic { op, left, right } => {
            arithmetic::binary(*op, &evaluate(left, row)?, &evaluate(right, row)?)
        }
        Expr::Negate(operand) => arithmetic::negate(&evaluate(operand, row)?),
        Expr::Call { function, arguments } => {
            let arguments: Vec<_> = arguments
                .iter()
                .map(|argument| evaluate(argument, row))
                .collect::<Result<_, _>>()?;
            function::call(*function, &arguments)
        }
    }
}

/// A chain of operands of which one that equals `decisive` settles the result; null is unknown.
fn logical(
    operands: &[Expr],
    row: &Structured,
    decisive: bool,
    name: &'static str,
) -> Result<Value, EvaluateError> {
    let mut unknown = false;
    for operand in operands {
        match evaluate(operand, row)? {
            Value::Boolean(value) if value == decisive => return Ok(Value::Boolean(decisive)),
            Value::Boolean(_) => {}
            Value::Null => unknown = true,
            _ => return Err(EvaluateError::WrongType(name)),
        }
    }
    Ok(if unknown { Value::Null } else { Value::Boolean(!decisive) })
}

fn property(steps: &[PathStep], row: &Structured) -> Result<Value, EvaluateError> {
    let mut owner = row;
    let mut steps = steps.iter().peekable();
    while let Some(step) = steps.next() {
        match step {
            PathStep::Cast(ty) if owner.type_name != *ty => return Ok(Value::Null),
            PathStep::Cast(_) => {}
            PathStep::Property(name) => {
                let value = owner
                    .property(name)
                    .ok_or_else(|| EvaluateError::NoProperty(name.clone().into_owned()))?;
                match value {
                    value if steps.peek().is_none() => return Ok(value.clone()),
                    Value::Structured(inner) => owner = inner,
                    Value::Null => return Ok(Value::Null),
                    _ => return Err(EvaluateError::NoProperty(name.clone().into_owned())),
                }
            }
        }
    }
    Ok(Value::Null)
}
