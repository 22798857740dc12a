use rust_decimal::Decimal;
use rust_decimal::prelude::{FromPrimitive as _, ToPrimitive as _};

use crate::edm::{PrimitiveType, TypeRef};
use crate::expr::bind::parse_primitive;
use crate::value::{Value, binary_text, nearest_double};

/// The value as one of another type; null where there is none (URL conventions 5.1.1.10.1).
pub(in crate::expr) fn cast(value: &Value, ty: &TypeRef) -> Value {
    let TypeRef::Primitive(ty) = ty else { return Value::Null };
    let cast = match (value, ty) {
        (Value::Null, _) => None,
        (Value::String(text), ty) => {
            parse_primitive(*ty, text).ok().and_then(|it| fitting(it, *ty))
        }
        (value, PrimitiveType::String) => text_of(value).map(Value::String),
        (Value::DateTimeOffset(at), PrimitiveType::Date) => Some(Value::Date(at.date())),
        (Value::DateTimeOffset(at), PrimitiveType::TimeOfDay) => {
            Some(Value::TimeOfDay(at.time_of_day()))
        }
        (value, ty) => fitting(value.clone(), *ty),
    };
    cast.unwrap_or(Value::Null)
}

/// A number as one of that type, if it is in its range; the fraction goes where there is none.
fn fitting(value: Value, ty: PrimitiveType) -> Option<Value> {
    let (low, high) = match ty {
        PrimitiveType::Byte => (0, 255),
        PrimitiveType::SByte => (-128, 127),
        PrimitiveType::Int16 => (i64::from(i16::MIN), i64::from(i16::MAX)),
        PrimitiveType::Int32 => (i64::from(i32::MIN), i64::from(i32::MAX)),
        PrimitiveType::Int64 => (i64::MIN, i64::MAX),
        PrimitiveType::Decimal => return decimal(&value).map(Value::Decimal),
        PrimitiveType::Double | PrimitiveType::Single => return double(&value).map(Value::Double),
        _ => return Some(value),
    };
    let whole = match value {
        Value::Int(number) => number,
        _ => decimal(&value)?.trunc().to_i64()?,
    };
    (low..=high).contains(&whole).then_some(Value::Int(whole))
}

fn decimal(value: &Value) -> Option<Decimal> {
    match value {
        Value::Int(number) => Some(Decimal::from(*number)),
        Value::Decimal(number) => Some(*number),
        Value::Double(number) => Decimal::from_f64(*number),
        _ => None,
    }
}

fn double(value: &Value) -> Option<f64> {
    match value {
        Value::Double(number) => Some(*number),
        _ => decimal(value).map(nearest_double),
    }
}

/// The text that a literal of the value has between its apostrophes or without.
fn text_of(value: &Value) -> Option<String> {
    Some(match value {
        Value::Boolean(value) => value.to_string(),
        Value::Int(number) => number.to_string(),
        Value::Decimal(number) => number.normalize().to_string(),
        Value::Double(number) if number.is_infinite() => {
            if *number > 0.0 {
                "INF".to_owned()
            } else {
                "-INF".to_owned()
            }
        }
        Value::Double(number) => number.to_string(),
        Value::Guid(guid) => guid.to_string(),
        Value::DateTimeOffset(at) => at.to_string(),
        Value::Date(date) => date.to_string(),
        Value::TimeOfDay(time) => time.to_string(),
        Value::Duration(duration) => duration.to_string(),
        Value::Binary(bytes) => binary_text(bytes),
        Value::Null
        | Value::String(_)
        | Value::Enum(_)
        | Value::Structured(_)
        | Value::Collection(_) => return None,
    })
}
