use std::sync::Arc;

use rusqlite::types::{ToSqlOutput, Value, ValueRef};
use rusqlite::{CachedStatement, Connection, ErrorCode, ToSql, ffi};

use super::functions::is_out_of_range;
use crate::StoreError;
use crate::row::{Cell, Param, Row};

pub(crate) fn query(
    connection: &Connection,
    text: &str,
    params: &[Param],
) -> Result<Vec<Row>, StoreError> {
    let mut statement = bound(connection, text, params)?;
    let columns = statement.column_count();
    let mut rows = statement.raw_query();
    let mut found = Vec::new();
    while let Some(row) = rows.next().map_err(error)? {
        let cells = (0..columns).map(|index| row.get_ref(index).map_err(error).and_then(cell));
        found.push(Row::new(cells.collect::<Result<_, _>>()?));
    }
    Ok(found)
}

pub(crate) fn execute(
    connection: &Connection,
    text: &str,
    params: &[Param],
) -> Result<u64, StoreError> {
    let touched = bound(connection, text, params)?.raw_execute().map_err(error)?;
    Ok(u64::try_from(touched).unwrap_or(u64::MAX))
}

pub(crate) fn prepare(connection: &Connection, text: &str) -> Result<(), StoreError> {
    connection.prepare_cached(text).map(drop).map_err(error)
}

/// What an error of the driver means.
pub(crate) fn error(error: rusqlite::Error) -> StoreError {
    if is_out_of_range(&error) {
        return StoreError::OutOfRange;
    }
    let unique = [ffi::SQLITE_CONSTRAINT_PRIMARYKEY, ffi::SQLITE_CONSTRAINT_UNIQUE];
    let (code, extended) = match &error {
        rusqlite::Error::SqliteFailure(failure, _) => (Some(failure.code), failure.extended_code),
        _ => (None, 0),
    };
    match code {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked | ErrorCode::DiskFull) => {
            StoreError::Unavailable(Arc::new(error))
        }
        Some(_) if unique.contains(&extended) => StoreError::AlreadyExists(Arc::new(error)),
        Some(_) | None => StoreError::Database(Arc::new(error)),
    }
}

/// SQLite numbers `$1` by first appearance, so values go by the digits in the name.
fn bound<'c>(
    connection: &'c Connection,
    text: &str,
    params: &[Param],
) -> Result<CachedStatement<'c>, StoreError> {
    if params.iter().any(|param| matches!(param, Param::Text(text) if text.contains('\0'))) {
        return Err(StoreError::NulCharacter);
    }
    let mut statement = connection.prepare_cached(text).map_err(error)?;
    for index in 1..=statement.parameter_count() {
        let number: Option<usize> =
            statement.parameter_name(index).and_then(|name| name.strip_prefix('$')?.parse().ok());
        let param = number.and_then(|number| params.get(number.checked_sub(1)?));
        let param = param.ok_or(rusqlite::Error::InvalidParameterCount(index, params.len()));
        let param = param.map_err(error)?;
        statement.raw_bind_parameter(index, param).map_err(error)?;
    }
    Ok(statement)
}

fn cell(value: ValueRef<'_>) -> Result<Cell, StoreError> {
    match value {
        ValueRef::Null => Ok(Cell::Null),
        ValueRef::Integer(integer) => Ok(Cell::Integer(integer)),
        ValueRef::Text(bytes) => match str::from_utf8(bytes) {
            Ok(text) => Ok(Cell::Text(text.to_owned())),
            Err(source) => Err(StoreError::Database(Arc::new(source))),
        },
        ValueRef::Blob(bytes) => Ok(Cell::Blob(bytes.to_vec())),
        ValueRef::Real(_) => Err(error(rusqlite::Error::InvalidQuery)),
    }
}

impl ToSql for Param {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self {
            Self::Null => ToSqlOutput::Owned(Value::Null),
            Self::Integer(integer) => ToSqlOutput::Owned(Value::Integer(*integer)),
            Self::Text(text) => ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes())),
            Self::Blob(bytes) => ToSqlOutput::Borrowed(ValueRef::Blob(bytes)),
        })
    }
}
