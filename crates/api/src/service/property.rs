use std::borrow::Cow;
use std::slice;

use axum::http::StatusCode;
use axum::response::Response;
use odata::edm::{Edm, StructuredType, TypeRef};
use odata::payload::{ContextUrl, write_property};
use odata::query::{QueryOptions, Target};
use odata::url::Segment;
use odata::value::{Structured, Value, double_text};

use super::compute::Computing;
use super::shape::shape;
use super::values::values;
use crate::error::ApiError;
use crate::graph::answer;
use crate::graph::ask::Ask;

/// The entity that a property is of.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Owner<'a> {
    /// Its path from the service root.
    pub(crate) path: &'a str,
    /// What the path says it is.
    pub(crate) ty: &'a StructuredType,
    /// What it is.
    pub(crate) entity: &'a Structured,
}

/// `GET` of a property, or of its bare `/$value`: 200, or 204 where it is null (OData 4.01
/// protocol sections 11.2.4 and 11.2.4.1).
pub(crate) fn property(
    ask: &Ask,
    edm: &Edm,
    owner: &Owner<'_>,
    rest: &[Segment],
) -> Result<Response, ApiError> {
    let (steps, end) = match rest {
        [steps @ .., end @ (Segment::Value | Segment::Count)] => (steps, Some(end)),
        steps => (steps, None),
    };
    let path = format!("{}/{}", owner.path, path_text(steps)?);
    let Some((value, ty)) = inside(edm, owner.entity, steps) else {
        return Err(ApiError::NotFound);
    };
    if let (TypeRef::Collection(item), Value::Collection(items)) = (&ty, value) {
        return values(ask, (edm, owner.ty), (item, items), &path, end.is_some());
    }
    let structure = match (&ty, end) {
        (TypeRef::Complex(name), None) => edm.structured(name),
        _ => None,
    };
    let options = match structure {
        Some(ty) => ask.options_of(edm, ty, Target::Entity)?,
        None => ask.options_of(edm, owner.ty, Target::Document)?,
    };
    if !options.expand.is_empty() {
        return Err(ApiError::NotServed("$expand of a complex value".to_owned()));
    }
    match (value, end) {
        (Value::Null, _) => return Ok(answer::empty(StatusCode::NO_CONTENT)),
        (Value::Binary(bytes), Some(_)) => {
            ask.accepts_bytes()?;
            return Ok(answer::bytes(bytes.clone()));
        }
        (value, Some(_)) => {
            ask.accepts_count()?;
            return Ok(answer::text(text(edm, &ty, value)?));
        }
        (_, None) => {}
    }
    let prefer = ask.prefer_of_one();
    let format = ask.format_of_read(options.format.as_deref(), prefer)?;
    let value = shaped(&options, value)?;
    let context = ContextUrl::property(&ask.root, &path)
        .selecting(options.select.as_ref())
        .with_computed(&options.compute);
    let body = write_property(edm, &ty, &value, context, format);
    let mut answer = answer::json(StatusCode::OK, format, body);
    answer::preference_applied(&mut answer, prefer.applied());
    Ok(answer)
}

/// A complex value with what the options say of it.
fn shaped<'v>(options: &QueryOptions, value: &'v Value) -> Result<Cow<'v, Value>, ApiError> {
    let Value::Structured(structured) = value else { return Ok(Cow::Borrowed(value)) };
    let mut structured = structured.clone();
    shape(options, slice::from_mut(&mut structured), &mut Computing::default())?;
    Ok(Cow::Owned(Value::Structured(structured)))
}

/// The names on a path of properties and casts; what else there can be is not served yet.
fn path_text(steps: &[Segment]) -> Result<String, ApiError> {
    let name = |step: &Segment| match step {
        Segment::Property { name, .. } => Ok(name.to_string()),
        Segment::Cast(ty) => Ok(ty.to_string()),
        Segment::Navigation { name, .. } => Err(ApiError::NotServed(name.to_string())),
        _ => Err(ApiError::NotServed("the path".to_owned())),
    };
    Ok(steps.iter().map(name).collect::<Result<Vec<_>, _>>()?.join("/"))
}

/// `None` where a complex value on the way is null, or of another type than the path names.
fn inside<'v>(
    edm: &Edm,
    entity: &'v Structured,
    steps: &[Segment],
) -> Option<(&'v Value, TypeRef)> {
    let mut found: Option<(&Value, TypeRef)> = None;
    for step in steps {
        let place = match found {
            None => Some(entity),
            Some((Value::Structured(structured), _)) => Some(structured),
            Some(_) => None,
        };
        found = Some(match step {
            Segment::Property { name, ty } => (place?.property(name)?, ty.clone()),
            Segment::Cast(ty) => {
                let is_one = |place: &Structured| {
                    edm.structured(&place.type_name).is_some_and(|own| edm.is_assignable(own, ty))
                };
                let (value, _) = found.filter(|_| place.is_none_or(is_one))?;
                (value, TypeRef::Complex(ty.clone()))
            }
            _ => return None,
        });
    }
    found
}

/// A primitive value as plain text (protocol section 11.2.4.1).
fn text(edm: &Edm, ty: &TypeRef, value: &Value) -> Result<String, ApiError> {
    match value {
        Value::String(text) => Ok(text.clone()),
        Value::Boolean(value) => Ok(value.to_string()),
        Value::Int(value) => Ok(value.to_string()),
        Value::Decimal(value) => Ok(value.to_string()),
        Value::Double(value) => Ok(double_text(*value)),
        Value::Guid(value) => Ok(value.to_string()),
        Value::DateTimeOffset(value) => Ok(value.to_string()),
        Value::Date(value) => Ok(value.to_string()),
        Value::TimeOfDay(value) => Ok(value.to_string()),
        Value::Duration(value) => Ok(value.to_string()),
        Value::Enum(value) => {
            let declared = match ty {
                TypeRef::Enum(name) => edm.enumeration(name),
                _ => None,
            };
            Ok(declared.map_or_else(|| value.to_string(), |ty| ty.text_of(*value).into_owned()))
        }
        Value::Null | Value::Binary(_) | Value::Structured(_) | Value::Collection(_) => {
            Err(ApiError::NotServed("$value of this type".to_owned()))
        }
    }
}
