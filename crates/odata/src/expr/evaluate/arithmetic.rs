use rust_decimal::Decimal;

use super::{EvaluateError, temporal};
use crate::expr::bound::Arithmetic;
use crate::value::{Value, nearest_double};

/// Two numbers of one type (URL conventions, section on numeric promotion).
pub(super) enum Numbers {
    Int(i64, i64),
    Decimal(Decimal, Decimal),
    Double(f64, f64),
}

/// Brings two numbers to one type; none if one of them is no number.
pub(super) fn promote(left: &Value, right: &Value) -> Option<Numbers> {
    Some(match (left, right) {
        (Value::Int(left), Value::Int(right)) => Numbers::Int(*left, *right),
        (Value::Double(_), _) | (_, Value::Double(_)) => {
            Numbers::Double(double(left)?, double(right)?)
        }
        _ => Numbers::Decimal(decimal(left)?, decimal(right)?),
    })
}

/// Null if an operand is null (URL conventions, section on arithmetic operators).
///
/// `divby` by zero fails for integers too: a decimal cannot hold the infinity that OData asks for.
pub(super) fn binary(op: Arithmetic, left: &Value, right: &Value) -> Result<Value, EvaluateError> {
    if matches!(left, Value::Null) || matches!(right, Value::Null) {
        return Ok(Value::Null);
    }
    if let Some(result) = temporal::binary(op, left, right) {
        return result;
    }
    let name = op.name();
    let numbers = promote(left, right).ok_or(EvaluateError::WrongType(name))?;
    let overflow = EvaluateError::Overflow(name);
    match numbers {
        Numbers::Int(left, right) if op == Arithmetic::DivBy => {
            decimals(op, Decimal::from(left), Decimal::from(right))
        }
        Numbers::Int(left, right) => {
            if right == 0 && matches!(op, Arithmetic::Div | Arithmetic::Mod) {
                return Err(EvaluateError::DivisionByZero(name));
            }
            let result = match op {
                Arithmetic::Add => left.checked_add(right),
                Arithmetic::Sub => left.checked_sub(right),
                Arithmetic::Mul => left.checked_mul(right),
                Arithmetic::Div | Arithmetic::DivBy => left.checked_div(right),
                // The one overflow has the remainder zero.
                Arithmetic::Mod => Some(left.checked_rem(right).unwrap_or_default()),
            };
            result.map(Value::Int).ok_or(overflow)
        }
        Numbers::Decimal(left, right) => decimals(op, left, right),
        Numbers::Double(_, 0.0) if op == Arithmetic::Mod => {
            Err(EvaluateError::DivisionByZero(name))
        }
        Numbers::Double(left, right) => Ok(Value::Double(match op {
            Arithmetic::Add => left + right,
            Arithmetic::Sub => left - right,
            Arithmetic::Mul => left * right,
            Arithmetic::Div | Arithmetic::DivBy => left / right,
            Arithmetic::Mod => left % right,
        })),
    }
}

/// The same without the limit of 64 bits, where only the value counts and not its type: a result
/// of integers that does not fit becomes a decimal (URL conventions, section on numeric promotion).
pub(super) fn wide(op: Arithmetic, left: &Value, right: &Value) -> Result<Value, EvaluateError> {
    match (op, left, right) {
        (
            Arithmetic::Add | Arithmetic::Sub | Arithmetic::Mul,
            Value::Int(left),
            Value::Int(right),
        ) => decimals(op, Decimal::from(*left), Decimal::from(*right)),
        // A division of integers is cut off, which that of decimals is not.
        (Arithmetic::Div | Arithmetic::Mod, _, Value::Int(_)) => {
            Err(EvaluateError::Overflow(op.name()))
        }
        _ => binary(op, left, right),
    }
}

pub(super) fn negate(operand: &Value) -> Result<Value, EvaluateError> {
    match operand {
        Value::Null => Ok(Value::Null),
        Value::Int(value) => {
            value.checked_neg().map(Value::Int).ok_or(EvaluateError::Overflow("-"))
        }
        Value::Decimal(value) => Ok(Value::Decimal(-*value)),
        Value::Duration(value) => Ok(value.negated().map_or(Value::Null, Value::Duration)),
        Value::Double(value) => Ok(Value::Double(-*value)),
        _ => Err(EvaluateError::WrongType("-")),
    }
}

fn decimals(op: Arithmetic, left: Decimal, right: Decimal) -> Result<Value, EvaluateError> {
    let name = op.name();
    let divides = matches!(op, Arithmetic::Div | Arithmetic::DivBy | Arithmetic::Mod);
    if divides && right.is_zero() {
        return Err(EvaluateError::DivisionByZero(name));
    }
    let result = match op {
        Arithmetic::Add => left.checked_add(right),
        Arithmetic::Sub => left.checked_sub(right),
        Arithmetic::Mul => left.checked_mul(right),
        Arithmetic::Div | Arithmetic::DivBy => left.checked_div(right),
        Arithmetic::Mod => left.checked_rem(right),
    };
    let result = result.map(|result| Value::Decimal(result.normalize()));
    result.ok_or(EvaluateError::Overflow(name))
}

/// Without zeros at its end: they would have a part in how a result is rounded, so that equal
/// numbers had different ones.
fn decimal(value: &Value) -> Option<Decimal> {
    match value {
        Value::Int(value) => Some(Decimal::from(*value)),
        Value::Decimal(value) => Some(value.normalize()),
        _ => None,
    }
}

fn double(value: &Value) -> Option<f64> {
    match value {
        Value::Double(value) => Some(*value),
        _ => decimal(value).map(nearest_double),
    }
}
