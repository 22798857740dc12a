use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;

use super::EvaluateError;
use crate::expr::bound::Arithmetic;
use crate::value::{Date, DateTimeOffset, Duration, Value};

/// Ticks of a day.
const DAY: i64 = 864_000_000_000;

/// Arithmetic with dates, points in time and durations (URL conventions 5.1.1.2); `None` if none
/// of the operands is one. A sum or a difference that no calendar has is null.
pub(super) fn binary(
    op: Arithmetic,
    left: &Value,
    right: &Value,
) -> Option<Result<Value, EvaluateError>> {
    let sign = if op == Arithmetic::Sub { -1 } else { 1 };
    let result = match (left, right) {
        (Value::DateTimeOffset(at), Value::Duration(by)) => at
            .ticks()
            .checked_add(sign * by.ticks())
            .and_then(DateTimeOffset::from_ticks)
            .map(Value::DateTimeOffset),
        // The part below a day goes.
        (Value::Date(date), Value::Duration(by)) => (date.days() * DAY)
            .checked_add(sign * by.ticks())
            .filter(|ticks| *ticks >= 0)
            .and_then(|ticks| Date::from_days(ticks / DAY))
            .map(Value::Date),
        (Value::Duration(one), Value::Duration(other)) => {
            one.ticks().checked_add(sign * other.ticks()).and_then(duration)
        }
        (Value::DateTimeOffset(one), Value::DateTimeOffset(other)) => {
            duration(one.ticks() - other.ticks())
        }
        (Value::Date(one), Value::Date(other)) => duration((one.days() - other.days()) * DAY),
        (Value::Duration(by), number) | (number, Value::Duration(by)) => {
            return Some(scaled(op, *by, number));
        }
        _ => return None,
    };
    Some(Ok(result.unwrap_or(Value::Null)))
}

fn duration(ticks: i64) -> Option<Value> {
    Duration::from_ticks(ticks).map(Value::Duration)
}

/// Halves of a tick are rounded away from zero.
fn scaled(op: Arithmetic, by: Duration, number: &Value) -> Result<Value, EvaluateError> {
    let ticks = Decimal::from(by.ticks());
    let number = match number {
        Value::Int(number) => Decimal::from(*number),
        Value::Decimal(number) => number.normalize(),
        Value::Double(number) => {
            Decimal::try_from(*number).map_err(|_range| EvaluateError::Overflow(op.name()))?
        }
        _ => return Err(EvaluateError::WrongType(op.name())),
    };
    let result = if op == Arithmetic::Mul {
        ticks.checked_mul(number)
    } else if number.is_zero() {
        return Err(EvaluateError::DivisionByZero(op.name()));
    } else {
        ticks.checked_div(number)
    };
    result
        .and_then(|ticks| ticks.round().to_i64())
        .and_then(duration)
        .ok_or(EvaluateError::Overflow(op.name()))
}
