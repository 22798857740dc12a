//! Query options of our own, beside those of OData.

use odata::query::QueryError;
use serde_json::{Value, json};

/// The value of an option, whose name ignores case; an error if it is given twice.
pub(super) fn custom<'o>(
    options: &'o [(String, String)],
    name: &'static str,
) -> Result<Option<&'o str>, QueryError> {
    let own = |given: &str| given.trim_matches([' ', '\t']).eq_ignore_ascii_case(name);
    let mut given = options.iter().filter(|(given, _)| own(given));
    let value = given.next().map(|(_, value)| value.as_str());
    match given.next() {
        Some(_) => Err(QueryError::Duplicate(name.to_owned())),
        None => Ok(value),
    }
}

/// JSON Schema of what can be sent to an instance as one value.
pub(super) fn text_schema() -> Value {
    // No control characters; a `^` at the end would be taken for the next condition.
    let pattern = r"^[^\x00-\x1f\x7f-\x9f\u2028\u2029]*[^\x00-\x1f\x7f-\x9f\u2028\u2029\^]$";
    json!({ "type": "string", "minLength": 1, "maxLength": 254, "pattern": pattern })
}
