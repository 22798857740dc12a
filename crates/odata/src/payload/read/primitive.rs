use std::str::FromStr;

use rust_decimal::Decimal;
use uuid::Uuid;

use super::error::ReadError;
use super::json::Json;
use super::target::{Target, shown};
use crate::edm::{Edm, PrimitiveType, TypeName, TypeRef};
use crate::value::{TemporalError, Value, parse_binary};

/// Why a value is none of its type.
enum Misfit {
    Type,
    Range,
}

/// Reads a primitive value that is not null (JSON format 4.01 section 7.1).
///
/// A JSON number is taken at the precision of a double, as RFC 8259 section 6 lets it; Int64 and
/// Decimal may be strings, which keep theirs.
pub(super) fn read_primitive(
    primitive: PrimitiveType,
    json: &Json<'_>,
    place: Target<'_>,
) -> Result<Value, ReadError> {
    use PrimitiveType as P;
    let value = match primitive {
        P::Boolean => match json {
            Json::Boolean(value) => Ok(Value::Boolean(*value)),
            _ => Err(Misfit::Type),
        },
        P::String => text(json).map(|text| Value::String(text.to_owned())),
        P::SByte => integer(json, -0x80, 0x7f),
        P::Byte => integer(json, 0, 0xff),
        P::Int16 => integer(json, i64::from(i16::MIN), i64::from(i16::MAX)),
        P::Int32 => integer(json, i64::from(i32::MIN), i64::from(i32::MAX)),
        P::Int64 => match json {
            Json::String(digits) => digits.parse().map(Value::Int).map_err(|_source| Misfit::Type),
            _ => integer(json, i64::MIN, i64::MAX),
        },
        P::Decimal => decimal(json).map(Value::Decimal),
        P::Double => double(json, f64::MAX),
        P::Single => double(json, f64::from(f32::MAX)),
        P::Guid => text(json).and_then(guid).map(Value::Guid),
        P::DateTimeOffset => text(json).and_then(spelled).map(Value::DateTimeOffset),
        P::Date => text(json).and_then(spelled).map(Value::Date),
        P::TimeOfDay => text(json).and_then(spelled).map(Value::TimeOfDay),
        P::Duration => text(json).and_then(spelled).map(Value::Duration),
        P::Binary => text(json)
            .and_then(|text| parse_binary(text).map(Value::Binary).map_err(|_source| Misfit::Type)),
    };
    value.map_err(|misfit| {
        let (target, expected) = (place.to_string(), TypeRef::Primitive(primitive));
        match misfit {
            Misfit::Type => ReadError::WrongType { target, expected },
            Misfit::Range => ReadError::OutOfRange { target, expected },
        }
    })
}

/// Reads a member of an enumeration type, see [`EnumType::value_of`](crate::edm::EnumType).
pub(super) fn read_enum(
    edm: &Edm,
    type_name: &TypeName,
    json: &Json<'_>,
    place: Target<'_>,
) -> Result<Value, ReadError> {
    let Json::String(written) = json else {
        let expected = TypeRef::Enum(type_name.clone());
        return Err(ReadError::WrongType { target: place.to_string(), expected });
    };
    let number = edm.enumeration(type_name).and_then(|ty| ty.value_of(written));
    number.map(Value::Enum).ok_or_else(|| ReadError::UnknownMember {
        target: place.to_string(),
        value: shown(written),
        type_name: type_name.clone(),
    })
}

fn spelled<T: FromStr<Err = TemporalError>>(text: &str) -> Result<T, Misfit> {
    text.parse().map_err(|_source| Misfit::Type)
}

fn text<'t>(json: &'t Json<'_>) -> Result<&'t str, Misfit> {
    match json {
        Json::String(text) => Ok(text),
        _ => Err(Misfit::Type),
    }
}

fn integer(json: &Json<'_>, min: i64, max: i64) -> Result<Value, Misfit> {
    match json {
        Json::Int(number) if (min..=max).contains(number) => Ok(Value::Int(*number)),
        Json::Int(_) => Err(Misfit::Range),
        Json::Number(text) => match text.parse::<f64>() {
            Ok(number) if number.fract() == 0.0 && number.abs() > 1e15 => Err(Misfit::Range),
            _ => Err(Misfit::Type),
        },
        _ => Err(Misfit::Type),
    }
}

#[expect(clippy::cast_precision_loss, reason = "a JSON number has the precision of a double")]
fn double(json: &Json<'_>, max: f64) -> Result<Value, Misfit> {
    let number = match json {
        Json::Int(number) => *number as f64,
        Json::Number(text) => text.parse().map_err(|_source| Misfit::Type)?,
        Json::String(text) => {
            return match text.as_ref() {
                "INF" => Ok(Value::Double(f64::INFINITY)),
                "-INF" => Ok(Value::Double(f64::NEG_INFINITY)),
                "NaN" => Ok(Value::Double(f64::NAN)),
                _ => Err(Misfit::Type),
            };
        }
        _ => return Err(Misfit::Type),
    };
    if number.abs() <= max { Ok(Value::Double(number)) } else { Err(Misfit::Range) }
}

fn decimal(json: &Json<'_>) -> Result<Decimal, Misfit> {
    match json {
        Json::Int(number) => Ok(Decimal::from(*number)),
        Json::Number(text) => match text.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => shifted(exact(mantissa)?, exponent),
            None => exact(text),
        },
        Json::String(text) => exact(text),
        _ => Err(Misfit::Type),
    }
}

/// A decimal of all the digits that are written, or none.
fn exact(text: &str) -> Result<Decimal, Misfit> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let numeric = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if !(numeric(whole) && numeric(fraction)) {
        return Err(Misfit::Type);
    }
    Decimal::from_str_exact(text).map_err(|_source| Misfit::Range)
}

/// A decimal times a power of ten, without losing a digit.
fn shifted(mut decimal: Decimal, exponent: &str) -> Result<Decimal, Misfit> {
    if decimal.is_zero() {
        return Ok(decimal);
    }
    let exponent: i32 = exponent.parse().map_err(|_source| Misfit::Range)?;
    let by = exponent.unsigned_abs();
    if exponent < 0 {
        let scale = decimal.scale().saturating_add(by);
        decimal.set_scale(scale).map_err(|_source| Misfit::Range)?;
        return Ok(decimal);
    }
    let fraction = decimal.scale().min(by);
    decimal.set_scale(decimal.scale() - fraction).map_err(|_source| Misfit::Range)?;
    let power = 10_i128.checked_pow(by - fraction);
    let power = power.and_then(|power| Decimal::try_from_i128_with_scale(power, 0).ok());
    power.and_then(|power| decimal.checked_mul(power)).ok_or(Misfit::Range)
}

/// The one form of OData; the parser knows more.
fn guid(text: &str) -> Result<Uuid, Misfit> {
    if text.len() != 36 {
        return Err(Misfit::Type);
    }
    Uuid::try_parse(text).map_err(|_source| Misfit::Type)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doubles_are_those_that_were_written() {
        for exponent in -307..308 {
            let text = format!("1.2345678901234567e{exponent}");
            let read = double(&Json::Number(&text), f64::MAX);
            assert_eq!(read.ok(), text.parse().ok().map(Value::Double), "{text}");
        }
    }

    #[test]
    fn decimals_keep_every_digit_or_are_refused() {
        let check = |text, expect: Option<&str>| {
            let read = decimal(&Json::Number(text)).ok().map(|read| read.to_string());
            assert_eq!(read.as_deref(), expect, "{text}");
        };
        check("-444444444444400000000000001", Some("-444444444444400000000000001"));
        check("0.1234567890123456789012345678", Some("0.1234567890123456789012345678"));
        check("0.12345678901234567890123456789", None);
        check("2.50", Some("2.50"));
        check("2.5e3", Some("2500"));
        check("2.5E+0", Some("2.5"));
        check("-2.5e-3", Some("-0.0025"));
        check("1e18", Some("1000000000000000000"));
        check("1e-29", None);
        check("1e28", Some("10000000000000000000000000000"));
        check("1e29", None);
        check("0e99", Some("0"));
    }
}
