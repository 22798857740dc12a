use rusqlite::Connection;
use rusqlite::functions::FunctionFlags;
use rusqlite::types::ValueRef;

/// Adds what SQLite lacks or does for ASCII only, exactly as the evaluator of `odata` does it.
pub(super) fn register(connection: &Connection) -> rusqlite::Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
    let functions: [(&str, fn(&str) -> String); 2] =
        [("odata_tolower", str::to_lowercase), ("odata_toupper", str::to_uppercase)];
    for (name, function) in functions {
        connection.create_scalar_function(name, 1, flags, move |context| {
            Ok(match context.get_raw(0) {
                ValueRef::Null => None,
                value => Some(function(value.as_str()?)),
            })
        })?;
    }
    Ok(())
}
