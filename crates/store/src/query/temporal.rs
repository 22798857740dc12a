use odata::expr::Arithmetic;
use odata::value::{DateTimeOffset, Duration};

use super::date::DAY;
use super::scalar::{Scalar, Type};
use super::translator::NotServed;

const LAST: i64 = DateTimeOffset::MAX_TICKS;
const LONGEST: i64 = Duration::MAX_TICKS;

/// Sums and differences with dates, points in time and durations; null where no calendar has the
/// result. `None` if no operand is one. Nothing overflows: twice the longest fits 64 bits.
pub(super) fn temporal(
    op: Arithmetic,
    left: &Scalar,
    right: &Scalar,
) -> Option<Result<Scalar, NotServed>> {
    let symbol = match op {
        Arithmetic::Add => "+",
        Arithmetic::Sub => "-",
        Arithmetic::Mul | Arithmetic::Div | Arithmetic::DivBy | Arithmetic::Mod => {
            let is_span = left.ty == Type::Span || right.ty == Type::Span;
            return is_span.then(|| Err(NotServed(format!("{} of durations", op.name()))));
        }
    };
    let (l, r) = (&left.sql, &right.sql);
    let nullable = left.nullable || right.nullable;
    let within = |sum: &str, low: i64, high: i64, result: &str| {
        format!("(CASE WHEN {sum} >= {low} AND {sum} <= {high} THEN {result} END)")
    };
    let (sql, ty, nullable) = match (left.ty, right.ty) {
        (Type::Ticks, Type::Span) => {
            let sum = format!("({l} {symbol} {r})");
            (within(&sum, 0, LAST, &sum), Type::Ticks, true)
        }
        (Type::Days, Type::Span) => {
            let sum = format!("({l} * {DAY} {symbol} {r})");
            (within(&sum, 0, LAST, &format!("{sum} / {DAY}")), Type::Days, true)
        }
        (Type::Span, Type::Span) => {
            let sum = format!("({l} {symbol} {r})");
            (within(&sum, -LONGEST, LONGEST, &sum), Type::Span, true)
        }
        (Type::Ticks, Type::Ticks) => (format!("({l} - {r})"), Type::Span, nullable),
        (Type::Days, Type::Days) => (format!("(({l} - {r}) * {DAY})"), Type::Span, nullable),
        _ => return None,
    };
    Some(Ok(Scalar { sql, ty, nullable }))
}
