use odata::expr::{Computed, EvaluateError, PathStep};
use odata::query::QueryOptions;
use odata::value::{Structured, Value};

use crate::error::ApiError;

/// Most that the computed properties of one answer take, in bytes.
const MAX_BYTES: usize = 8 * 1024 * 1024;

/// What the computed properties of one answer take so far, in bytes.
#[derive(Debug, Default)]
pub(crate) struct Computing {
    bytes: usize,
}

impl Computing {
    /// Adds what `$compute` names to entities, as far as it is asked for (OData 4.01 protocol
    /// section 11.2.5.3): all of it without `$select`.
    pub(super) fn compute(
        &mut self,
        options: &QueryOptions,
        entities: &mut [Structured],
    ) -> Result<(), ApiError> {
        self.add(wanted(options), entities)
    }

    /// Adds properties to entities.
    pub(super) fn add<'c>(
        &mut self,
        computed: impl Iterator<Item = &'c Computed>,
        entities: &mut [Structured],
    ) -> Result<(), ApiError> {
        let wanted: Vec<_> = computed.collect();
        for entity in entities {
            let mut values = Vec::with_capacity(wanted.len());
            for computed in &wanted {
                let value = computed.evaluate(entity).map_err(refused)?;
                self.bytes = self.bytes.saturating_add(size(&value));
                if self.bytes > MAX_BYTES {
                    return Err(ApiError::NotServed("$compute of more than 8 MiB".to_owned()));
                }
                values.push((computed.name.clone(), value));
            }
            entity.properties.extend(values);
        }
        Ok(())
    }
}

/// Refuses what would need related rows, which no row holds itself.
pub(crate) fn refuse_related(options: &QueryOptions) -> Result<(), ApiError> {
    match wanted(options).find_map(|computed| computed.related.as_ref()) {
        Some(name) => Err(ApiError::NotServed(format!("$compute by {name}"))),
        None => Ok(()),
    }
}

fn wanted(options: &QueryOptions) -> impl Iterator<Item = &Computed> {
    options.compute.iter().filter(|computed| is_asked(options, computed))
}

fn is_asked(options: &QueryOptions, computed: &Computed) -> bool {
    let Some(select) = &options.select else { return true };
    select.items.iter().any(|item| match item.path.as_slice() {
        [PathStep::Property(name)] => *name == computed.name,
        _ => false,
    })
}

/// What there is nothing of in memory.
pub(super) fn refused(error: EvaluateError) -> ApiError {
    match error {
        EvaluateError::NoProperty(name) => ApiError::NotServed(format!("an expression by {name}")),
        EvaluateError::NoText => ApiError::NotServed("$search of complex values".to_owned()),
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
