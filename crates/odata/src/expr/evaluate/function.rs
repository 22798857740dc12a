use regex::RegexBuilder;
use rust_decimal::{Decimal, RoundingStrategy};

use super::EvaluateError;
use super::collection::of_collection;
use crate::expr::bound::Function;
use crate::value::{Date, DateTimeOffset, TimeOfDay, Value};

/// Null if an argument is null (URL conventions 5.1.1.4).
pub(super) fn call(function: Function, arguments: &[Value]) -> Result<Value, EvaluateError> {
    if arguments.contains(&Value::Null) {
        return Ok(Value::Null);
    }
    let result = match arguments {
        [Value::String(text)] => of_string(function, text),
        [Value::Collection(items), rest @ ..] => {
            return of_collection(function, items, rest);
        }
        [Value::String(text), Value::String(pattern)] if function == Function::MatchesPattern => {
            return matches_pattern(text, pattern);
        }
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
        [Value::DateTimeOffset(at)] => of_point(function, *at),
        [Value::Date(date)] => of_date(function, *date),
        [Value::TimeOfDay(time)] => of_time(function, *time),
        [Value::Duration(duration)] if function == Function::TotalSeconds => {
            Some(Value::Decimal(Decimal::new(duration.ticks(), 7)))
        }
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

/// In UTC, which is all that is kept of a point in time: its offset is 0.
fn of_point(function: Function, at: DateTimeOffset) -> Option<Value> {
    match function {
        Function::Date => Some(Value::Date(at.date())),
        Function::Time => Some(Value::TimeOfDay(at.time_of_day())),
        Function::TotalOffsetMinutes => Some(Value::Int(0)),
        _ => of_date(function, at.date()).or_else(|| of_time(function, at.time_of_day())),
    }
}

fn of_date(function: Function, date: Date) -> Option<Value> {
    Some(match function {
        Function::Year => Value::Int(date.year()),
        Function::Month => Value::Int(date.month()),
        Function::Day => Value::Int(date.day()),
        _ => return None,
    })
}

fn of_time(function: Function, time: TimeOfDay) -> Option<Value> {
    Some(match function {
        Function::Hour => Value::Int(time.hour()),
        Function::Minute => Value::Int(time.minute()),
        Function::Second => Value::Int(time.second()),
        Function::FractionalSeconds => Value::Decimal(time.fractional_seconds()),
        _ => return None,
    })
}

/// Anywhere in the text, unless the pattern says otherwise. The expressions are those of ECMAScript
/// without look-around and back-references, which take time without bound.
fn matches_pattern(text: &str, pattern: &str) -> Result<Value, EvaluateError> {
    let expression = RegexBuilder::new(pattern).size_limit(PATTERN_BYTES).build();
    let expression = expression.map_err(|_syntax| EvaluateError::Pattern)?;
    Ok(Value::Boolean(expression.is_match(text)))
}

/// Memory that a compiled pattern may take.
const PATTERN_BYTES: usize = 64 * 1024;

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

fn substring(text: &str, start: i64, length: i64) -> String {
    part(text.chars(), text.chars().count(), start, length)
}

/// Up to `length` items from `start` on; a negative start counts from the end, and one before the
/// beginning is the beginning (URL conventions, section on substring).
pub(super) fn part<I, C: FromIterator<I>>(
    items: impl Iterator<Item = I>,
    count: usize,
    start: i64,
    length: i64,
) -> C {
    let start = usize::try_from(start).unwrap_or_else(|_negative| {
        count.saturating_sub(usize::try_from(start.unsigned_abs()).unwrap_or(usize::MAX))
    });
    items.skip(start).take(usize::try_from(length).unwrap_or(usize::MAX)).collect()
}

fn count(text: &str) -> Value {
    Value::Int(i64::try_from(text.chars().count()).unwrap_or(i64::MAX))
}
