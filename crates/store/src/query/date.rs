use odata::expr::Function;
use odata::value::Duration;

use super::number::Number;
use super::scalar::{Scalar, Type};
use super::translator::NotServed;

const SECOND: i64 = 10_000_000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
pub(super) const DAY: i64 = 24 * HOUR;
/// Ticks of the longest duration.
const SPAN: i128 = Duration::MAX_TICKS as i128;

/// Parts of a point in time, a date or a time, in UTC, by integer arithmetic that both databases share; `None`
/// for other functions.
pub(super) fn date_function(
    function: Function,
    arguments: &[Scalar],
) -> Option<Result<Scalar, NotServed>> {
    let [operand @ Scalar { sql, ty, nullable }] = arguments else { return None };
    let (days, ticks) = match ty {
        Type::Ticks => (day_of(operand).sql, sql.clone()),
        Type::Days => (sql.clone(), String::new()),
        Type::Time => (String::new(), sql.clone()),
        Type::Span if function == Function::TotalSeconds => {
            let number = Number { scale: 7, low: -SPAN, high: SPAN };
            let ty = Type::Number(number);
            return Some(Ok(Scalar { sql: sql.clone(), ty, nullable: *nullable }));
        }
        _ => return None,
    };
    let has_day = !days.is_empty();
    let has_time = !ticks.is_empty();
    let (sql, number) = match function {
        Function::Date if *ty == Type::Ticks => return Some(Ok(day_of(operand))),
        Function::Time if *ty == Type::Ticks => return Some(Ok(time_of(operand))),
        Function::TotalOffsetMinutes if *ty == Type::Ticks => {
            (format!("({ticks} - {ticks})"), Number::integer(0, 0))
        }
        Function::Year if has_day => (year(&days), Number::integer(1, 9999)),
        Function::Month if has_day => (month(&days), Number::integer(1, 12)),
        Function::Day if has_day => (day(&days), Number::integer(1, 31)),
        Function::Hour if has_time => {
            (format!("({ticks} % {DAY} / {HOUR})"), Number::integer(0, 23))
        }
        Function::Minute if has_time => {
            (format!("({ticks} % {HOUR} / {MINUTE})"), Number::integer(0, 59))
        }
        Function::Second if has_time => {
            (format!("({ticks} % {MINUTE} / {SECOND})"), Number::integer(0, 59))
        }
        Function::FractionalSeconds if has_time => {
            let number = Number { scale: 7, ..Number::integer(0, SECOND - 1) };
            (format!("({ticks} % {SECOND})"), number)
        }
        _ => return None,
    };
    Some(Ok(Scalar { sql, ty: Type::Number(number), nullable: *nullable }))
}

/// The day of a point in time.
pub(super) fn day_of(point: &Scalar) -> Scalar {
    let sql = format!("({} / {DAY})", point.sql);
    Scalar { sql, ty: Type::Days, nullable: point.nullable }
}

/// The time of the day of a point in time.
pub(super) fn time_of(point: &Scalar) -> Scalar {
    let sql = format!("({} % {DAY})", point.sql);
    Scalar { sql, ty: Type::Time, nullable: point.nullable }
}

/// Days since 0000-03-01 of the proleptic Gregorian calendar, whose years end in February: then
/// leap days come last and months have lengths that a line goes through.
fn days(date: &str) -> String {
    format!("({date} + 306)")
}

fn day_of_era(date: &str) -> String {
    format!("({} % 146097)", days(date))
}

fn year_of_era(date: &str) -> String {
    let day = day_of_era(date);
    format!("(({day} - {day} / 1460 + {day} / 36524 - {day} / 146096) / 365)")
}

fn day_of_year(date: &str) -> String {
    let (day, year) = (day_of_era(date), year_of_era(date));
    format!("({day} - (365 * {year} + {year} / 4 - {year} / 100))")
}

/// From March, counted from 0.
fn shifted_month(date: &str) -> String {
    format!("((5 * {} + 2) / 153)", day_of_year(date))
}

fn year(date: &str) -> String {
    let (era, year, month) = (days(date), year_of_era(date), shifted_month(date));
    format!("({era} / 146097 * 400 + {year} + {month} / 10)")
}

fn month(date: &str) -> String {
    format!("(({} + 2) % 12 + 1)", shifted_month(date))
}

fn day(date: &str) -> String {
    let month = shifted_month(date);
    format!("({} - (153 * {month} + 2) / 5 + 1)", day_of_year(date))
}
