use odata::edm::Name;
use odata::value::{Date, DateTimeOffset, Duration, Structured, TimeOfDay, Value};
use rust_decimal::Decimal;

use super::Entities;
use crate::StoreError;
use crate::query::{Column, ColumnKind, RowType, RowTypes, double_of};
use crate::row::Row;

impl Entities {
    /// The statement up to its conditions.
    pub(super) fn select(&self) -> String {
        format!("SELECT {} FROM {}", self.columns().join(", "), self.table.name)
    }

    /// The columns that are read, in order.
    pub(crate) fn columns(&self) -> Vec<&'static str> {
        let told = self.table.types.as_ref().map(|types| types.column);
        told.into_iter().chain(self.table.columns.iter().map(|column| column.sql)).collect()
    }

    /// What is left of a row, which has [`Self::columns`].
    pub(crate) fn read(&self, row: &mut Row) -> Result<Structured, StoreError> {
        let told = self.row_type(row)?;
        let ty = told.map_or(&self.ty, |(_, told)| &told.ty);
        let mut entity = Structured { type_name: ty.clone(), properties: Vec::new() };
        for column in self.table.columns {
            let value = match column.kind {
                ColumnKind::Presence => self.complex(column, row)?,
                _ => value(column, row)?.unwrap_or(Value::Null),
            };
            if told.is_none_or(|(types, told)| types.has(told, column.path)) {
                put(&mut entity, column.path, value);
            }
        }
        Ok(entity)
    }

    /// What the row tells of its type.
    fn row_type(
        &self,
        row: &mut Row,
    ) -> Result<Option<(&'static RowTypes, &'static RowType)>, StoreError> {
        let Some(types) = &self.table.types else { return Ok(None) };
        let kind = row.text(types.column)?;
        let told = types.each.iter().find(|ty| ty.kind == kind);
        let told = told.ok_or(StoreError::Corrupt { column: types.column })?;
        Ok(Some((types, told)))
    }

    /// An empty value of the type that the column tells; its properties come behind.
    fn complex(&self, column: &Column, row: &mut Row) -> Result<Value, StoreError> {
        let Some(kind) = row.optional_text(column.sql)? else { return Ok(Value::Null) };
        let complex = self.complex.iter().find(|ty| ty.path == column.path && ty.kind == kind);
        let complex = complex.ok_or(StoreError::Corrupt { column: column.sql })?;
        let properties = Vec::new();
        Ok(Value::Structured(Structured { type_name: complex.ty.clone(), properties }))
    }
}

pub(super) fn value(column: &Column, row: &mut Row) -> Result<Option<Value>, StoreError> {
    let corrupt = StoreError::Corrupt { column: column.sql };
    let read = match column.kind {
        ColumnKind::Text | ColumnKind::Presence => {
            return Ok(row.optional_text(column.sql)?.map(Value::String));
        }
        ColumnKind::Guid => {
            let Some(text) = row.optional_text(column.sql)? else { return Ok(None) };
            text.parse().ok().map(Value::Guid)
        }
        ColumnKind::Binary => return Ok(row.optional_blob(column.sql)?.map(Value::Binary)),
        _ => {
            let Some(number) = row.optional_integer(column.sql)? else { return Ok(None) };
            number_as(column.kind, number)
        }
    };
    read.map(Some).ok_or(corrupt)
}

/// The value that an integer stands for.
fn number_as(kind: ColumnKind, number: i64) -> Option<Value> {
    match kind {
        ColumnKind::Boolean => Some(Value::Boolean(number != 0)),
        ColumnKind::Int32 | ColumnKind::Int64 => Some(Value::Int(number)),
        ColumnKind::Enum => Some(Value::Enum(number)),
        ColumnKind::Timestamp => DateTimeOffset::from_ticks(number).map(Value::DateTimeOffset),
        ColumnKind::Date => Date::from_days(number).map(Value::Date),
        ColumnKind::TimeOfDay => TimeOfDay::from_ticks(number).map(Value::TimeOfDay),
        ColumnKind::Duration => Duration::from_ticks(number).map(Value::Duration),
        ColumnKind::Decimal { scale } => {
            Decimal::try_from_i128_with_scale(number.into(), scale).ok().map(Value::Decimal)
        }
        ColumnKind::Double => Some(Value::Double(double_of(number))),
        ColumnKind::Text | ColumnKind::Guid | ColumnKind::Binary | ColumnKind::Presence => None,
    }
}

/// Puts a property where its path leads; what would be in a complex value that is null is not.
pub(super) fn put(entity: &mut Structured, path: &'static str, value: Value) {
    let mut place = entity;
    let mut rest = path;
    while let Some((name, inside)) = rest.split_once('/') {
        let outer = place.properties.iter_mut().find(|(property, _)| property == name);
        let Some((_, Value::Structured(structured))) = outer else { return };
        place = structured;
        rest = inside;
    }
    place.properties.push((Name::Borrowed(rest), value));
}
