use odata::expr::{Computed, EvaluateError, PathStep};
use odata::query::QueryOptions;
use odata::value::{Structured, Value};

use crate::error::ApiError;

/// Most that the computed properties of one answer take, in bytes.
const MAX_BYTES: usize = 8 * 1024 * 1024;

/// Adds what `$compute` names to entities, as far as it is asked for (OData 4.01 protocol section
/// 11.2.5.3): all of it without `$select`.
pub(crate) fn compute(options: &QueryOptions, entities: &mut [Structured]) -> Result<(), ApiError> {
    add(options.compute.iter().filter(|one| is_asked(options, one)), entities)
}

/// Adds properties to entities.
pub(super) fn add<'c>(
    computed: impl Iterator<Item = &'c Computed>,
    entities: &mut [Structured],
) -> Result<(), ApiError> {
    let wanted: Vec<_> = computed.collect();
    let mut bytes = 0_usize;
    for entity in entities {
        let mut values = Vec::with_capacity(wanted.len());
        for computed in &wanted {
            let value = computed.evaluate(entity).map_err(refused)?;
            bytes = bytes.saturating_add(size(&value));
            if bytes > MAX_BYTES {
                return Err(ApiError::NotServed("$compute of more than 8 MiB".to_owned()));
            }
            values.push((computed.name.clone(), value));
        }
        entity.properties.extend(values);
    }
    Ok(())
}

fn is_asked(options: &QueryOptions, computed: &Computed) -> bool {
    let Some(select) = &options.select else { return true };
    select.items.iter().any(|item| match item.path.as_slice() {
        [PathStep::Property(name)] => *name == computed.name,
        _ => false,
    })
}

/// A row holds its own properties, not those of related rows.
fn refused(error: EvaluateError) -> ApiError {
    match error {
        EvaluateError::NoProperty(name) => ApiError::NotServed(format!("$compute by {name}")),
        error => error.into(),
    }
}

/// About what a value takes.
fn size(value: &Value) -> usize {
    let inside = match value {
        Value::String(text) => text.len(),
        Value::Binary(bytes) => bytes.len(),
        Value::Collection(items) => items.iter().map(size).sum(),
        Value::Structured(structured) => {
            structured.properties.iter().map(|(_, value)| size(value)).sum()
        }
        _ => 0,
    };
    size_of::<Value>().saturating_add(inside)
}
