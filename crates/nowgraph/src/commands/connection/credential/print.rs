use serde_json::json;
use store::CredentialDescription;

use crate::output::{self, OutputError, harmless, time};

/// What may be told of a credential, a line a property, or as JSON.
pub(super) fn one(described: &CredentialDescription, json: bool) -> Result<(), OutputError> {
    let (kind, user_name) = (described.kind.name(), described.user_name.as_deref());
    let (created, renewed) = (time(described.created), described.renewed.map(time));
    if json {
        return output::line(json!({
            "kind": kind,
            "userName": user_name,
            "createdDateTime": created,
            "renewedDateTime": renewed,
        }));
    }
    let instance = described.origin.as_ref().map_or("-".to_owned(), ToString::to_string);
    let lines = [
        ("kind", kind.to_owned()),
        ("userName", user_name.map_or("-".to_owned(), harmless)),
        ("setFor", instance),
        ("created", created),
        ("renewed", renewed.unwrap_or_else(|| "never".to_owned())),
    ];
    output::line(lines.map(|(name, value)| format!("{name:<15} {value}")).join("\n"))
}
