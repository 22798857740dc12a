use axum::http::StatusCode;
use axum::response::Response;
use odata::edm::{Edm, Name, TypeRef};
use odata::payload::{ContextUrl, write_property};
use odata::query::Target;
use odata::url::Segment;
use odata::value::{Structured, Value, double_text};

use super::collection::Collection;
use crate::error::ApiError;
use crate::graph::answer;
use crate::graph::ask::Ask;

/// `GET` of a property, or of its bare `/$value`: 200, or 204 where it is null (OData 4.01
/// protocol sections 11.2.4 and 11.2.4.1).
pub(super) fn property(
    ask: &Ask,
    edm: &Edm,
    (all, entity): (&Collection, &Structured),
    rest: &[Segment],
) -> Result<Response, ApiError> {
    let options = ask.options_of(edm, all.ty(edm)?, Target::Document)?;
    let (steps, raw) = match rest {
        [steps @ .., Segment::Value] => (steps, true),
        steps => (steps, false),
    };
    let names = names(steps)?;
    let Some((value, ty)) = inside(entity, &names) else {
        return Err(ApiError::NotFound);
    };
    if matches!(value, Value::Null) {
        return Ok(answer::empty(StatusCode::NO_CONTENT));
    }
    match value {
        Value::Binary(bytes) if raw => {
            ask.accepts_bytes()?;
            return Ok(answer::bytes(bytes.clone()));
        }
        value if raw => {
            ask.accepts_count()?;
            return Ok(answer::text(text(edm, ty, value)?));
        }
        _ => {}
    }
    let format = ask.format(options.format.as_deref())?;
    let path: Vec<_> = names.iter().map(|(name, _)| name.as_ref()).collect();
    let path = format!("{}/{}", all.path, path.join("/"));
    let context = ContextUrl::property(&ask.root, &path);
    Ok(answer::json(StatusCode::OK, format, write_property(edm, ty, value, context, format)))
}

/// The properties that a path names; what else there can be is not served yet.
fn names<'s>(steps: &'s [Segment]) -> Result<Vec<(&'s Name, &'s TypeRef)>, ApiError> {
    let name = |step: &'s Segment| match step {
        Segment::Property { name, ty } => Ok((name, ty)),
        Segment::Navigation { name, .. } => Err(ApiError::NotServed(name.to_string())),
        Segment::Cast(ty) => Err(ApiError::NotServed(ty.to_string())),
        Segment::Count => Err(ApiError::NotServed("$count".to_owned())),
        _ => Err(ApiError::NotServed("the path".to_owned())),
    };
    steps.iter().map(name).collect()
}

/// `None` where a complex value on the way is null.
fn inside<'v>(
    entity: &'v Structured,
    names: &[(&Name, &'v TypeRef)],
) -> Option<(&'v Value, &'v TypeRef)> {
    let ((name, ty), before) = names.split_last()?;
    let mut place = entity;
    for (name, _) in before {
        let Value::Structured(structured) = place.property(name)? else { return None };
        place = structured;
    }
    Some((place.property(name)?, ty))
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
