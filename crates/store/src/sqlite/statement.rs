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
    query_each(connection, text, params, &[Vec::new()])
}

pub(crate) fn query_each(
    connection: &Connection,
    text: &str,
    shared: &[Param],
    each: &[Vec<Param>],
) -> Result<Vec<Row>, StoreError> {
    let mut statement = Bindable::new(connection, text)?;
    let columns = statement.statement.column_count();
    let mut found = Vec::new();
    for own in each {
        let mut rows = statement.bound(shared, own)?.raw_query();
        while let Some(row) = rows.next().map_err(error)? {
            found.push(read(row, columns)?);
        }
    }
    Ok(found)
}

/// Gives one row after the other away.
pub(crate) fn for_each(
    connection: &Connection,
    text: &str,
    mut give: impl FnMut(Row) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let mut statement = connection.prepare(text).map_err(error)?;
    let columns = statement.column_count();
    let mut rows = statement.query(()).map_err(error)?;
    while let Some(row) = rows.next().map_err(error)? {
        give(read(row, columns)?)?;
    }
    Ok(())
}

pub(crate) fn execute(
    connection: &Connection,
    text: &str,
    params: &[Param],
) -> Result<u64, StoreError> {
    execute_each(connection, text, params, &[Vec::new()])
}

pub(crate) fn execute_each(
    connection: &Connection,
    text: &str,
    shared: &[Param],
    each: &[Vec<Param>],
) -> Result<u64, StoreError> {
    let mut statement = Bindable::new(connection, text)?;
    let mut all = 0_u64;
    for own in each {
        let touched = statement.bound(shared, own)?.raw_execute().map_err(error)?;
        all = all.saturating_add(u64::try_from(touched).unwrap_or(u64::MAX));
    }
    Ok(all)
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
        Some(ErrorCode::OperationInterrupted) => StoreError::TookTooLong,
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked | ErrorCode::DiskFull) => {
            StoreError::Unavailable(Arc::new(error))
        }
        Some(_) if unique.contains(&extended) => StoreError::AlreadyExists(Arc::new(error)),
        Some(_) | None => StoreError::Database(Arc::new(error)),
    }
}

/// A statement and the values that it wants, in order of its own numbers: SQLite numbers `$1` by
/// first appearance, so values go by the digits in the name.
struct Bindable<'c> {
    statement: CachedStatement<'c>,
    wanted: Vec<usize>,
}

impl<'c> Bindable<'c> {
    fn new(connection: &'c Connection, text: &str) -> Result<Self, StoreError> {
        let statement = connection.prepare_cached(text).map_err(error)?;
        let number = |index| statement.parameter_name(index)?.strip_prefix('$')?.parse().ok();
        let wanted = (1..=statement.parameter_count())
            .map(|index| number(index).and_then(|number: usize| number.checked_sub(1)))
            .collect::<Option<_>>();
        let wanted = wanted.ok_or(rusqlite::Error::InvalidQuery).map_err(error)?;
        Ok(Self { statement, wanted })
    }

    fn bound(
        &mut self,
        shared: &[Param],
        own: &[Param],
    ) -> Result<&mut CachedStatement<'c>, StoreError> {
        for (index, &wanted) in self.wanted.iter().enumerate() {
            let own_param = || own.get(wanted.checked_sub(shared.len())?);
            let given = shared.len() + own.len();
            let missing = rusqlite::Error::InvalidParameterCount(wanted + 1, given);
            let param = shared.get(wanted).or_else(own_param);
            let param = param.ok_or(missing).map_err(error)?;
            if matches!(param, Param::Text(text) if text.contains('\0')) {
                return Err(StoreError::NulCharacter);
            }
            self.statement.raw_bind_parameter(index + 1, param).map_err(error)?;
        }
        Ok(&mut self.statement)
    }
}

fn read(row: &rusqlite::Row<'_>, columns: usize) -> Result<Row, StoreError> {
    let cells = (0..columns).map(|index| row.get_ref(index).map_err(error).and_then(cell));
    cells.collect::<Result<_, _>>().map(Row::new)
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
