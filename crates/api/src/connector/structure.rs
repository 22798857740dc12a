//! Answers that are one complex value.

use axum::http::StatusCode;
use axum::response::Response;
use model::Timestamp;
use odata::edm::{Name, TypeName, TypeRef};
use odata::payload::{ContextUrl, write_property};
use odata::value::{Structured, Value};

use super::edm::edm;
use crate::date_time::date_time;
use crate::error::ApiError;
use crate::graph::answer;
use crate::graph::ask::{Ask, format_of_document};

/// 200 with the value.
pub(super) fn answer(ask: &Ask, value: Structured) -> Result<Response, ApiError> {
    let option = format_of_document(&ask.query)?;
    let format = ask.format(option.as_deref())?;
    let ty = TypeRef::Complex(value.type_name.clone());
    let context = ContextUrl::of_type(&ask.root, &ty);
    let body = write_property(edm(), &ty, &Value::Structured(value), context, format);
    Ok(answer::json(StatusCode::OK, format, body))
}

pub(super) fn structured<const N: usize>(
    type_name: TypeName,
    properties: [(&'static str, Value); N],
) -> Structured {
    let properties = properties.map(|(name, value)| (Name::Borrowed(name), value));
    Structured { type_name, properties: properties.to_vec() }
}

pub(super) fn text(text: impl Into<String>) -> Value {
    Value::String(text.into())
}

pub(super) fn optional_text(value: Option<impl Into<String>>) -> Value {
    value.map_or(Value::Null, text)
}

pub(super) fn time(at: Timestamp) -> Value {
    Value::DateTimeOffset(date_time(at))
}

pub(super) fn optional_time(at: Option<Timestamp>) -> Value {
    at.map_or(Value::Null, time)
}

pub(super) fn optional_number(number: Option<i64>) -> Value {
    number.map_or(Value::Null, Value::Int)
}
