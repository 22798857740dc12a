use odata::value::Value;

use super::ListError;
use super::order::Key;
use super::scalar::{Scalar, Type};
use super::translator::Translator;

impl Translator<'_> {
    /// Only rows that come after the given one. Each key may be `None`, which all rows share.
    pub(super) fn after(
        &mut self,
        keys: &[Option<Key>],
        position: &[Value],
    ) -> Result<String, ListError> {
        if keys.len() != position.len() {
            return Err(ListError::Position);
        }
        let mut after = "FALSE".to_owned();
        for (key, value) in keys.iter().zip(position).rev() {
            let Some(key) = key else { continue };
            after = match self.value_of(key, value)? {
                None => after_null(key, &after)?,
                Some(value) => after_value(key, &value, &after),
            };
        }
        Ok(after)
    }

    fn value_of(&mut self, key: &Key, value: &Value) -> Result<Option<String>, ListError> {
        let value = match value {
            Value::Null => return Ok(None),
            Value::Boolean(value) => &Value::Int(i64::from(*value)),
            other => other,
        };
        let value = self.literal(value)?;
        let value = match (key.value.ty, value.ty) {
            (Type::Number(key), Type::Number(_)) => {
                value.rescaled(key.scale).ok_or(ListError::Position)?
            }
            (Type::Text, Type::Text)
            | (Type::Ticks, Type::Ticks)
            | (Type::Days, Type::Days)
            | (Type::Time, Type::Time)
            | (Type::Span, Type::Span)
            | (Type::Double, Type::Double)
            | (Type::Bytes, Type::Bytes) => value,
            _ => return Err(ListError::Position),
        };
        Ok(Some(value.sql))
    }
}

/// Null comes first when ascending.
fn after_null(key: &Key, ties: &str) -> Result<String, ListError> {
    let Key { value: Scalar { sql, nullable, .. }, descending } = key;
    match (nullable, descending) {
        (false, _) => Err(ListError::Position),
        (true, false) => Ok(format!("({sql} IS NOT NULL OR ({sql} IS NULL AND {ties}))")),
        (true, true) => Ok(format!("({sql} IS NULL AND {ties})")),
    }
}

/// The first condition is implied by the others; an index can be entered by it.
fn after_value(key: &Key, value: &str, ties: &str) -> String {
    let Key { value: Scalar { sql, nullable, .. }, descending } = key;
    match (descending, nullable) {
        (false, _) => {
            format!("({sql} >= {value} AND ({sql} > {value} OR ({sql} = {value} AND {ties})))")
        }
        (true, false) => {
            format!("({sql} <= {value} AND ({sql} < {value} OR ({sql} = {value} AND {ties})))")
        }
        (true, true) => {
            format!("({sql} < {value} OR {sql} IS NULL OR ({sql} = {value} AND {ties}))")
        }
    }
}
