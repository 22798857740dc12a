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
        Ok(any(&self.pieces_after(keys, position)?))
    }

    /// The same rows in pieces, those of the first before those of the next. A descending key has its
    /// nulls last, and no index is entered at a value "or null".
    pub(super) fn pieces_after(
        &mut self,
        keys: &[Option<Key>],
        position: &[Value],
    ) -> Result<Vec<String>, ListError> {
        if keys.len() != position.len() {
            return Err(ListError::Position);
        }
        let mut after = vec!["FALSE".to_owned()];
        for (key, value) in keys.iter().zip(position).rev() {
            let Some(key) = key else { continue };
            let ties = any(&after);
            after = match self.value_of(key, value)? {
                None => vec![after_null(key, &ties)?],
                Some(value) => after_value(key, &value, &ties),
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
fn after_value(key: &Key, value: &str, ties: &str) -> Vec<String> {
    let Key { value: Scalar { sql, nullable, .. }, descending } = key;
    let (or_equal, beyond) = if *descending { ("<=", "<") } else { (">=", ">") };
    let behind = format!(
        "({sql} {or_equal} {value} AND ({sql} {beyond} {value} OR ({sql} = {value} AND {ties})))"
    );
    if *descending && *nullable { vec![behind, format!("({sql} IS NULL)")] } else { vec![behind] }
}

fn any(pieces: &[String]) -> String {
    match pieces {
        [one] => one.clone(),
        many => format!("({})", many.join(" OR ")),
    }
}
