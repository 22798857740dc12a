use rust_decimal::{Decimal, RoundingStrategy};

use super::EvaluateError;
use crate::expr::bound::Function;
use crate::value::{DateTimeOffset, Value};

/// Null if an argument is null (URL conventions 5.1.1.4).
pub(super) fn call(function: Function, arguments: &[Value]) -> Result<Value, EvaluateError> {
    if arguments.contains(&Value::Null) {
        return Ok(Value::Null);
    }
    let result = match arguments {
        [Value::String(text)] => of_string(function, text),
        [Value::String(text), Value::String(other)] => of_strings(function, text, other),
        [Value::String(text), Value::Int(start)] if function == Function::Substring => {
            Some(Value::String(substring(text, *start, i64::MAX)))
        }
        [Value::String(_), Value::Int(_), Value::Int(..0)] if function == Function::Substring => {
            return Err(EvaluateError::NegativeLength);
        }
        [Value::String(text), Value::Int(start), Value::Int(length)]
            if function == Function::Substring =>
        {
            Some(Value::String(substring(text, *start, *length)))
        }
        [Value::DateTimeOffset(at)] => of_date(function, *at),
        [Value::Int(value)] => of_decimal(function, Decimal::ZERO).map(|_| Value::Int(*value)),
        [Value::Decimal(value)] => of_decimal(function, *value).map(Value::Decimal),
        [Value::Double(value)] => of_double(function, *value).map(Value::Double),
        _ => None,
    };
    result.ok_or(EvaluateError::WrongType(function.name()))
}

fn of_string(function: Function, text: &str) -> Option<Value> {
    Some(match function {
        Function::Length => count(text),
        Function::ToLower => Value::String(text.to_lowercase()),
        Function::ToUpper => Value::String(text.to_uppercase()),
        Function::Trim => Value::String(text.trim().to_owned()),
        _ => return None,
    })
}

fn of_strings(function: Function, text: &str, other: &str) -> Option<Value> {
    Some(match function {
        Function::Concat => Value::String(format!("{text}{other}")),
        Function::Contains => Value::Boolean(text.contains(other)),
        Function::EndsWith => Value::Boolean(text.ends_with(other)),
        Function::StartsWith => Value::Boolean(text.starts_with(other)),
        Function::IndexOf => match text.split_once(other) {
            Some((before, _)) => count(before),
            None => Value::Int(-1),
        },
        _ => return None,
    })
}

fn of_date(function: Function, at: DateTimeOffset) -> Option<Value> {
    Some(match function {
        Function::Year => Value::Int(at.year()),
        Function::Month => Value::Int(at.month()),
        Function::Day => Value::Int(at.day()),
        Function::Hour => Value::Int(at.hour()),
        Function::Minute => Value::Int(at.minute()),
        Function::Second => Value::Int(at.second()),
        Function::FractionalSeconds => Value::Decimal(at.fractional_seconds()),
        _ => return None,
    })
}

fn of_decimal(function: Function, value: Decimal) -> Option<Decimal> {
    Some(match function {
        Function::Ceiling => value.ceil(),
        Function::Floor => value.floor(),
        Function::Round => value.round_dp_with_strategy(0, RoundingStrategy::MidpointAwayFromZero),
        _ => return None,
    })
}

fn of_double(function: Function, value: f64) -> Option<f64> {
    Some(match function {
        Function::Ceiling => value.ceil(),
        Function::Floor => value.floor(),
        Function::Round => value.round(),
        _ => return None,
    })
}

/// Up to `length` characters from `start` on; a negative start counts from the end, and one before
/// the beginning is the beginning (URL conventions, section on substring).
fn substring(text: &str, start: i64, length: i64) -> String {
    let start = usize::try_from(start).unwrap_or_else(|_| {
        let back = usize::try_from(start.unsigned_abs()).unwrap_or(usize::MAX);
        text.chars().count().saturating_sub(back)
    });
    text.chars().skip(start).take(usize::try_from(length).unwrap_or(usize::MAX)).collect()
}

fn count(text: &str) -> Value {
    Value::Int(i64::try_from(text.chars().count()).unwrap_or(i64::MAX))
}
