use std::fmt;

use odata::apply::rounded_quotient;
use rusqlite::functions::{Aggregate, Context, FunctionFlags};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, Error};

/// Adds what SQLite lacks or does for ASCII only, exactly as the evaluator of `odata` does it.
pub(super) fn register(connection: &Connection) -> rusqlite::Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
    let lower = |text: &str| text.to_lowercase();
    let upper = |text: &str| text.to_uppercase();
    connection
        .create_scalar_function("odata_tolower", 1, flags, move |call| of_text(call, lower))?;
    connection
        .create_scalar_function("odata_toupper", 1, flags, move |call| of_text(call, upper))?;
    connection.create_aggregate_function("odata_sum", 1, flags, Sum)?;
    connection.create_aggregate_function("odata_average", 3, flags, Average)
}

/// Whether one of the functions failed for its result.
pub(super) fn is_out_of_range(error: &Error) -> bool {
    matches!(error, Error::SqliteFailure(_, Some(message)) if message == OutOfRange::TEXT)
}

/// The sum of integers, however large it is on the way.
struct Sum;

/// Their sum times the second argument, divided by the number of values that they are the sums of,
/// which is the third.
struct Average;

#[derive(Debug, Default)]
struct Seen {
    sum: i128,
    count: i128,
    factor: i64,
}

/// SQLite only carries the text of it.
#[derive(Debug)]
struct OutOfRange;

impl Aggregate<Seen, Option<i64>> for Sum {
    fn init(&self, _call: &mut Context<'_>) -> rusqlite::Result<Seen> {
        Ok(Seen::default())
    }

    fn step(&self, call: &mut Context<'_>, seen: &mut Seen) -> rusqlite::Result<()> {
        seen.add(call.get(0)?, 1)
    }

    fn finalize(
        &self,
        _call: &mut Context<'_>,
        seen: Option<Seen>,
    ) -> rusqlite::Result<Option<i64>> {
        match seen {
            Some(Seen { sum, count: 1.., .. }) => in_range(Some(sum)),
            _ => Ok(None),
        }
    }
}

impl Aggregate<Seen, Option<i64>> for Average {
    fn init(&self, _call: &mut Context<'_>) -> rusqlite::Result<Seen> {
        Ok(Seen::default())
    }

    fn step(&self, call: &mut Context<'_>, seen: &mut Seen) -> rusqlite::Result<()> {
        seen.factor = call.get(1)?;
        seen.add(call.get(0)?, call.get::<Option<i64>>(2)?.unwrap_or_default())
    }

    fn finalize(
        &self,
        _call: &mut Context<'_>,
        seen: Option<Seen>,
    ) -> rusqlite::Result<Option<i64>> {
        match seen {
            Some(Seen { sum, count: count @ 1.., factor }) => {
                let whole = sum.checked_mul(factor.into());
                in_range(whole.and_then(|whole| rounded_quotient(whole, count)))
            }
            _ => Ok(None),
        }
    }
}

impl Seen {
    fn add(&mut self, value: Option<i64>, count: i64) -> rusqlite::Result<()> {
        if let Some(value) = value {
            let sum = self.sum.checked_add(value.into());
            self.sum = sum.ok_or_else(|| Error::UserFunctionError(Box::new(OutOfRange)))?;
            self.count += i128::from(count);
        }
        Ok(())
    }
}

fn in_range(number: Option<i128>) -> rusqlite::Result<Option<i64>> {
    match number.and_then(|number| i64::try_from(number).ok()) {
        Some(number) => Ok(Some(number)),
        None => Err(Error::UserFunctionError(Box::new(OutOfRange))),
    }
}

impl OutOfRange {
    const TEXT: &'static str = "odata: the number does not fit 64 bits";
}

impl fmt::Display for OutOfRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(Self::TEXT)
    }
}

impl std::error::Error for OutOfRange {}

fn of_text(
    call: &Context<'_>,
    function: impl Fn(&str) -> String,
) -> rusqlite::Result<Option<String>> {
    match call.get_raw(0) {
        ValueRef::Null => Ok(None),
        value => Ok(Some(function(value.as_str()?))),
    }
}
