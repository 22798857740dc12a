use odata::apply::AVERAGE_SCALE;
use odata::edm::{Name, PrimitiveType, TypeName, TypeRef};
use odata::value::{Date, DateTimeOffset, Duration, Structured, TimeOfDay, Value};
use rust_decimal::Decimal;

use super::group::{GroupColumn, Grouped, Holds};
use super::stage::Stage;
use crate::query::double_of;
use crate::query::number::Number;
use crate::query::order::Key;
use crate::query::scalar::Type;
use crate::row::Row;
use crate::{Entities, StoreError};

/// How the rows of a plan are read: entities or groups, and the position of each.
#[derive(Debug)]
pub(crate) struct Output {
    entities: &'static Entities,
    grouped: Option<Grouped>,
    /// What a row is sorted by.
    keys: Vec<Option<(String, Type)>>,
}

impl Output {
    pub(super) fn of(
        stage: &Stage<'_>,
        entities: &'static Entities,
        grouped: Option<Grouped>,
    ) -> Self {
        let key = |key: &Option<Key>| {
            let key = key.as_ref()?;
            Some((key.value.sql.clone(), key.value.ty))
        };
        Self { entities, grouped, keys: stage.keys().map(key).collect() }
    }

    /// Whether the rows are entities as the table has them.
    pub(crate) const fn is_of_entities(&self) -> bool {
        self.grouped.is_none()
    }

    pub(super) fn columns(&self) -> Vec<String> {
        let mut columns: Vec<String> = match &self.grouped {
            None => self.entities.columns().into_iter().map(str::to_owned).collect(),
            Some(grouped) => grouped.names(),
        };
        for (place, (sql, ty)) in self.keys.iter().flatten().enumerate() {
            let cast = if matches!(ty, Type::Text | Type::Bytes) {
                sql.clone()
            } else {
                format!("CAST({sql} AS BIGINT)")
            };
            columns.push(format!("{cast} AS p{place}"));
        }
        columns
    }

    /// The item of a row, and its position.
    pub(crate) fn read(&self, row: &mut Row) -> Result<(Structured, Vec<Value>), StoreError> {
        let item = match &self.grouped {
            None => self.entities.read(row)?,
            Some(grouped) => grouped.read(row)?,
        };
        let mut position = Vec::with_capacity(self.keys.len());
        for key in &self.keys {
            position.push(match key {
                None => Value::Null,
                Some((_, ty)) => stored(row, *ty)?,
            });
        }
        Ok((item, position))
    }
}

impl Grouped {
    fn names(&self) -> Vec<String> {
        let (mut keys, mut totals) = (0, 0);
        let name = |column: &GroupColumn| {
            let count = if column.is_total { &mut totals } else { &mut keys };
            *count += 1;
            format!("{}{}", if column.is_total { "a" } else { "k" }, *count - 1)
        };
        self.columns.iter().map(name).collect()
    }

    fn read(&self, row: &mut Row) -> Result<Structured, StoreError> {
        let mut group = Structured { type_name: self.ty.clone(), properties: Vec::new() };
        for GroupColumn { path, holds, .. } in &self.columns {
            let value = match holds {
                Holds::Structure(ty) => structure(ty, row)?,
                Holds::Value(ty, stored_as) => typed(stored(row, *stored_as)?, ty, *stored_as),
            };
            put(&mut group, path, value);
        }
        Ok(group)
    }
}

/// An empty structure, if there is one; its properties come behind.
fn structure(ty: &TypeName, row: &mut Row) -> Result<Value, StoreError> {
    Ok(match row.optional_integer(COLUMN)? {
        Some(_) => {
            let (type_name, properties) = (ty.clone(), Vec::new());
            Value::Structured(Structured { type_name, properties })
        }
        None => Value::Null,
    })
}

/// Columns of a group have no name of their own.
const COLUMN: &str = "$apply";

fn stored(row: &mut Row, ty: Type) -> Result<Value, StoreError> {
    let corrupt = StoreError::Corrupt { column: COLUMN };
    let number = match ty {
        Type::Text | Type::Presence => {
            return Ok(row.optional_text(COLUMN)?.map_or(Value::Null, Value::String));
        }
        Type::Bytes => return Ok(row.optional_blob(COLUMN)?.map_or(Value::Null, Value::Binary)),
        Type::Null
        | Type::Boolean
        | Type::Ticks
        | Type::Days
        | Type::Time
        | Type::Span
        | Type::Double
        | Type::Number(_) => row.optional_integer(COLUMN)?,
    };
    let Some(number) = number else { return Ok(Value::Null) };
    let value = match ty {
        Type::Ticks => DateTimeOffset::from_ticks(number).map(Value::DateTimeOffset),
        Type::Days => Date::from_days(number).map(Value::Date),
        Type::Time => TimeOfDay::from_ticks(number).map(Value::TimeOfDay),
        Type::Span => Duration::from_ticks(number).map(Value::Duration),
        Type::Double => Some(Value::Double(double_of(number))),
        Type::Number(Number { scale: 0, .. }) => Some(Value::Int(number)),
        Type::Number(Number { scale, .. }) => {
            Decimal::try_from_i128_with_scale(number.into(), scale).ok().map(Value::Decimal)
        }
        Type::Boolean => Some(Value::Boolean(number != 0)),
        Type::Null | Type::Text | Type::Presence | Type::Bytes => None,
    };
    value.ok_or(corrupt)
}

/// The value as one of its type in the model.
fn typed(value: Value, ty: &TypeRef, stored_as: Type) -> Value {
    match (value, ty) {
        (Value::Int(number), TypeRef::Enum(_)) => Value::Enum(number),
        (Value::Int(number), TypeRef::Primitive(PrimitiveType::Decimal)) => {
            Value::Decimal(Decimal::from(number))
        }
        (Value::Decimal(number), _) if is_average(stored_as) => Value::Decimal(number.normalize()),
        (Value::String(text), TypeRef::Primitive(PrimitiveType::Guid)) => match text.parse() {
            Ok(guid) => Value::Guid(guid),
            Err(_) => Value::String(text),
        },
        (value, _) => value,
    }
}

const fn is_average(stored_as: Type) -> bool {
    matches!(stored_as, Type::Number(Number { scale: AVERAGE_SCALE, .. }))
}

/// Puts a value where its path leads; what would be in a structure that is null is not.
fn put(group: &mut Structured, path: &[String], value: Value) {
    let Some((last, before)) = path.split_last() else { return };
    let mut place = group;
    for name in before {
        let outer = place.properties.iter_mut().find(|(property, _)| property == name);
        let Some((_, Value::Structured(structured))) = outer else { return };
        place = structured;
    }
    place.properties.push((Name::Owned(last.clone()), value));
}
