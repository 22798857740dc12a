use odata::expr::Function;

use super::number::Number;
use super::scalar::{Scalar, Type};
use super::translator::NotServed;

const SECOND: i64 = 10_000_000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// Parts of a point in time, in UTC, by integer arithmetic that both databases share; `None`
/// for other functions.
pub(super) fn date_function(
    function: Function,
    arguments: &[Scalar],
) -> Option<Result<Scalar, NotServed>> {
    let [Scalar { sql: ticks, ty: Type::Ticks, nullable }] = arguments else { return None };
    let (sql, number) = match function {
        Function::Year => (year(ticks), Number::integer(1, 9999)),
        Function::Month => (month(ticks), Number::integer(1, 12)),
        Function::Day => (day(ticks), Number::integer(1, 31)),
        Function::Hour => (format!("({ticks} % {DAY} / {HOUR})"), Number::integer(0, 23)),
        Function::Minute => (format!("({ticks} % {HOUR} / {MINUTE})"), Number::integer(0, 59)),
        Function::Second => (format!("({ticks} % {MINUTE} / {SECOND})"), Number::integer(0, 59)),
        Function::FractionalSeconds => {
            let number = Number { scale: 7, ..Number::integer(0, SECOND - 1) };
            (format!("({ticks} % {SECOND})"), number)
        }
        _ => return None,
    };
    Some(Ok(Scalar { sql, ty: Type::Number(number), nullable: *nullable }))
}

/// Days since 0000-03-01 of the proleptic Gregorian calendar, whose years end in February: then
/// leap days come last and months have lengths that a line goes through.
fn days(ticks: &str) -> String {
    format!("({ticks} / {DAY} + 306)")
}

fn day_of_era(ticks: &str) -> String {
    format!("({} % 146097)", days(ticks))
}

fn year_of_era(ticks: &str) -> String {
    let day = day_of_era(ticks);
    format!("(({day} - {day} / 1460 + {day} / 36524 - {day} / 146096) / 365)")
}

fn day_of_year(ticks: &str) -> String {
    let (day, year) = (day_of_era(ticks), year_of_era(ticks));
    format!("({day} - (365 * {year} + {year} / 4 - {year} / 100))")
}

/// From March, counted from 0.
fn shifted_month(ticks: &str) -> String {
    format!("((5 * {} + 2) / 153)", day_of_year(ticks))
}

fn year(ticks: &str) -> String {
    let (era, year, month) = (days(ticks), year_of_era(ticks), shifted_month(ticks));
    format!("({era} / 146097 * 400 + {year} + {month} / 10)")
}

fn month(ticks: &str) -> String {
    format!("(({} + 2) % 12 + 1)", shifted_month(ticks))
}

fn day(ticks: &str) -> String {
    let month = shifted_month(ticks);
    format!("({} - (153 * {month} + 2) / 5 + 1)", day_of_year(ticks))
}
