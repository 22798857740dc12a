use rust_decimal::Decimal;
use uuid::Uuid;

use super::{Typed, constant, is_integer, mismatch, not_served};
use crate::edm::{Edm, EnumType, PrimitiveType, SchemaType, TypeName, TypeRef};
use crate::expr::ast::Literal;
use crate::expr::bound::Expr;
use crate::expr::error::ExprError;
use crate::expr::scan::BEYOND;
use crate::value::{DateTimeOffset, TemporalError, Value, nearest_double, parse_binary};

/// The value of a constant, as the type that its place asks for where one is known.
///
/// A string becomes a value of the other type where it spells one, as OData 4.01 allows without a
/// cast (protocol section 12.3); numbers are promoted (URL conventions, numeric promotion); a date
/// beside a date and time is its midnight in UTC.
pub(super) fn literal(
    edm: &Edm,
    literal: &Literal,
    at: usize,
    wanted: Option<&TypeRef>,
) -> Result<Typed, ExprError> {
    let (value, own) = match literal {
        Literal::Null => return Ok(Typed { expr: constant(Value::Null), ty: None }),
        Literal::String(text) => return from_string(edm, text, at, wanted),
        Literal::Enum { type_name, text } => return from_enum(edm, type_name, text, at),
        Literal::Date(text) => return from_date(text, at, wanted),
        Literal::TimeOfDay(text) => return spelled(PrimitiveType::TimeOfDay, text, at),
        Literal::Duration(text) => return spelled(PrimitiveType::Duration, text, at),
        Literal::Binary(text) => return spelled(PrimitiveType::Binary, text, at),
        Literal::Geo(_) => return Err(not_served(at, "Edm.Geography and Edm.Geometry")),
        Literal::Boolean(value) => (Value::Boolean(*value), PrimitiveType::Boolean),
        Literal::Guid(value) => (Value::Guid(*value), PrimitiveType::Guid),
        Literal::DateTimeOffset { at, .. } => {
            (Value::DateTimeOffset(*at), PrimitiveType::DateTimeOffset)
        }
        Literal::Int(value) => integer(*value, wanted),
        Literal::Decimal(value) => decimal(*value, wanted),
        Literal::Long(digits) => return long(digits, at, wanted),
        Literal::Double(value) => (Value::Double(*value), PrimitiveType::Double),
    };
    Ok(Typed::primitive(constant(value), own))
}

fn integer(value: i64, wanted: Option<&TypeRef>) -> (Value, PrimitiveType) {
    match wanted {
        Some(TypeRef::Primitive(
            PrimitiveType::Decimal | PrimitiveType::Double | PrimitiveType::Single,
        )) => decimal(Decimal::from(value), wanted),
        _ => (Value::Int(value), PrimitiveType::Int64),
    }
}

/// Without zeros at its end, which would have a part in how results are rounded.
fn decimal(value: Decimal, wanted: Option<&TypeRef>) -> (Value, PrimitiveType) {
    let value = value.normalize();
    match wanted {
        Some(TypeRef::Primitive(PrimitiveType::Double | PrimitiveType::Single)) => {
            (Value::Double(nearest_double(value)), PrimitiveType::Double)
        }
        _ => (Value::Decimal(value), PrimitiveType::Decimal),
    }
}

/// A double is the nearest one to what is written; a decimal is what is written.
fn long(digits: &str, at: usize, wanted: Option<&TypeRef>) -> Result<Typed, ExprError> {
    match wanted {
        Some(TypeRef::Primitive(PrimitiveType::Double | PrimitiveType::Single)) => {
            spelled(PrimitiveType::Double, digits, at)
        }
        _ => Err(not_served(at, "a decimal of more than 28 digits")),
    }
}

fn from_string(
    edm: &Edm,
    text: &str,
    at: usize,
    wanted: Option<&TypeRef>,
) -> Result<Typed, ExprError> {
    match wanted {
        None | Some(TypeRef::Primitive(PrimitiveType::String)) => {
            let value = Value::String(text.to_owned());
            Ok(Typed::primitive(constant(value), PrimitiveType::String))
        }
        Some(TypeRef::Primitive(ty)) => spelled(*ty, text, at),
        Some(TypeRef::Enum(name)) => match edm.enumeration(name) {
            Some(ty) => members(ty, text, at),
            None => Err(ExprError::UnknownType { position: at, name: name.to_string() }),
        },
        Some(other) => {
            let string = TypeRef::Primitive(PrimitiveType::String);
            Err(mismatch(at, Some(&string), &other.to_string()))
        }
    }
}

/// A value by its text, of that type.
fn spelled(ty: PrimitiveType, text: &str, at: usize) -> Result<Typed, ExprError> {
    let value = parse_primitive(ty, text).map_err(|reason| ExprError::BadLiteral {
        position: at,
        text: text.chars().take(100).collect(),
        type_name: ty.to_string(),
        reason,
    })?;
    Ok(Typed::primitive(constant(value), ty))
}

/// The value that a text spells, or why it spells none.
pub(in crate::expr) fn parse_primitive(ty: PrimitiveType, text: &str) -> Result<Value, String> {
    let reason = |text: &str| text.to_owned();
    let temporal = |error: TemporalError| error.to_string();
    match ty {
        PrimitiveType::String => Ok(Value::String(text.to_owned())),
        PrimitiveType::Boolean if text.eq_ignore_ascii_case("true") => Ok(Value::Boolean(true)),
        PrimitiveType::Boolean if text.eq_ignore_ascii_case("false") => Ok(Value::Boolean(false)),
        PrimitiveType::Boolean => Err(reason("it is neither true nor false")),
        PrimitiveType::Guid => match Uuid::try_parse(text) {
            Ok(guid) if text.len() == 36 => Ok(Value::Guid(guid)),
            _ => Err(reason("it is not 8-4-4-4-12 hexadecimal digits")),
        },
        PrimitiveType::DateTimeOffset => date_time(text).map(|(at, _)| Value::DateTimeOffset(at)),
        PrimitiveType::Decimal => {
            let value = Decimal::from_str_exact(text).map_err(|error| error.to_string())?;
            Ok(Value::Decimal(value))
        }
        PrimitiveType::Double | PrimitiveType::Single => match text {
            "INF" => Ok(Value::Double(f64::INFINITY)),
            "-INF" => Ok(Value::Double(f64::NEG_INFINITY)),
            "NaN" => Ok(Value::Double(f64::NAN)),
            _ => match text.parse::<f64>() {
                Ok(value) if value.is_finite() => Ok(Value::Double(value)),
                Ok(_) if text.bytes().any(|byte| byte.is_ascii_digit()) => Err(reason(BEYOND)),
                _ => Err(reason("it is not a number")),
            },
        },
        PrimitiveType::Byte
        | PrimitiveType::SByte
        | PrimitiveType::Int16
        | PrimitiveType::Int32
        | PrimitiveType::Int64 => match text.parse() {
            Ok(value) => Ok(Value::Int(value)),
            Err(_) => Err(reason("it is not an integer of 64 bits")),
        },
        PrimitiveType::Binary => {
            parse_binary(text).map(Value::Binary).map_err(|error| error.to_string())
        }
        PrimitiveType::Date => text.parse().map(Value::Date).map_err(temporal),
        PrimitiveType::Duration => text.parse().map(Value::Duration).map_err(temporal),
        PrimitiveType::TimeOfDay => text.parse().map(Value::TimeOfDay).map_err(temporal),
    }
}

/// A date and time, or a date at its midnight in UTC, and the offset that it is written with.
pub(super) fn date_time(text: &str) -> Result<(DateTimeOffset, i16), String> {
    let text = if text.contains(['T', 't']) {
        // A plus that was not percent-encoded came through the query as a blank.
        text.replacen(' ', "+", 1)
    } else {
        format!("{text}T00:00Z")
    };
    DateTimeOffset::with_offset(&text).map_err(|error| error.to_string())
}

fn from_date(text: &str, at: usize, wanted: Option<&TypeRef>) -> Result<Typed, ExprError> {
    let is_date_time = |ty: &&TypeRef| **ty == TypeRef::Primitive(PrimitiveType::DateTimeOffset);
    if wanted.is_none_or(|ty| !is_date_time(&ty)) {
        return spelled(PrimitiveType::Date, text, at);
    }
    match date_time(text) {
        Ok((value, _)) => {
            let value = constant(Value::DateTimeOffset(value));
            Ok(Typed::primitive(value, PrimitiveType::DateTimeOffset))
        }
        Err(reason) => Err(ExprError::BadLiteral {
            position: at,
            text: text.to_owned(),
            type_name: "Edm.Date".to_owned(),
            reason,
        }),
    }
}

fn from_enum(edm: &Edm, type_name: &str, text: &str, at: usize) -> Result<Typed, ExprError> {
    match edm.find(type_name) {
        Some(SchemaType::Enum(ty)) => members(ty, text, at),
        Some(SchemaType::Entity(_) | SchemaType::Complex(_)) | None => {
            Err(ExprError::UnknownType { position: at, name: type_name.to_owned() })
        }
    }
}

/// The value of a member, by name in any case or by number; of several for a flags type.
fn members(ty: &EnumType, text: &str, at: usize) -> Result<Typed, ExprError> {
    let value = ty.value_of(text.trim()).ok_or_else(|| ExprError::UnknownMember {
        position: at,
        name: text.chars().take(100).collect(),
        type_name: ty.name.to_string(),
    })?;
    Ok(Typed { expr: constant(Value::Enum(value)), ty: Some(TypeRef::Enum(ty.name.clone())) })
}

/// The value of a key property that stands in parentheses; none if it is of another type.
pub(crate) fn key_value(edm: &Edm, literal: &Literal, ty: Option<&TypeRef>) -> Option<Value> {
    let ty = ty?;
    let typed = match literal {
        // A string stands for other types in a path between slashes only.
        Literal::String(_) if *ty == TypeRef::Primitive(PrimitiveType::String) => {
            self::literal(edm, literal, 0, Some(ty))
        }
        Literal::String(_) if !matches!(ty, TypeRef::Enum(_)) => return None,
        _ => self::literal(edm, literal, 0, Some(ty)),
    };
    let typed = typed.ok()?;
    let fits = typed.ty.is_some_and(|own| own == *ty || (is_integer(&own) && is_integer(ty)));
    if fits { literal_value(typed.expr) } else { None }
}

/// The value of a key property that stands unquoted between slashes.
pub(crate) fn key_value_of(edm: &Edm, text: &str, ty: Option<&TypeRef>) -> Option<Value> {
    literal_value(from_string(edm, text, 0, ty).ok()?.expr)
}

fn literal_value(expr: Expr) -> Option<Value> {
    match expr {
        Expr::Literal(value) => Some(value),
        _ => None,
    }
}

/// The name of a type that a `TypeRef` leads into, if it is structured.
pub(super) const fn structured_name(ty: &TypeRef) -> Option<&TypeName> {
    match ty {
        TypeRef::Complex(name) | TypeRef::Entity(name) => Some(name),
        TypeRef::Primitive(_) | TypeRef::Enum(_) | TypeRef::Collection(_) => None,
    }
}
