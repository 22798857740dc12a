use rusqlite::Connection;
use rusqlite::functions::{Context, FunctionFlags};
use rusqlite::types::ValueRef;

/// Adds what SQLite lacks or does for ASCII only, exactly as the evaluator of `odata` does it.
pub(super) fn register(connection: &Connection) -> rusqlite::Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
    let lower = |text: &str| text.to_lowercase();
    let upper = |text: &str| text.to_uppercase();
    connection
        .create_scalar_function("odata_tolower", 1, flags, move |call| of_text(call, lower))?;
    connection.create_scalar_function("odata_toupper", 1, flags, move |call| of_text(call, upper))
}

fn of_text(
    call: &Context<'_>,
    function: impl Fn(&str) -> String,
) -> rusqlite::Result<Option<String>> {
    match call.get_raw(0) {
        ValueRef::Null => Ok(None),
        value => Ok(Some(function(value.as_str()?))),
    }
}
