use serde_json::{Map, Value, json};

use super::schema::{self, Role};
use super::{Needs, put, requirements};
use crate::edm::{Annotation, TypeName, TypeRef};

/// Failures by the status that they have, each with the name of a shared response.
const FAILURES: [(u16, &str, &str); 17] = [
    (400, "badRequest", "Path, query, header or body is not valid."),
    (401, "unauthorized", "No access token, or none that is accepted."),
    (403, "forbidden", "The token lacks the permission, or the user the role."),
    (404, "notFound", "The tenant has no such object."),
    (406, "notAcceptable", "`Accept` or `$format` leaves nothing that is served."),
    (408, "requestTimeout", "The body did not arrive in time."),
    (409, "conflict", "The state of the object does not allow it."),
    (412, "preconditionFailed", "A condition in the headers does not hold."),
    (413, "contentTooLarge", "The body is too long, compressed or not."),
    (414, "uriTooLong", "Path and query are too long."),
    (415, "unsupportedMediaType", "The `Content-Encoding` is none that is read."),
    (424, "failedDependency", "Something that the request depends on failed."),
    (429, "tooManyRequests", "Too many requests; wait for the seconds of `Retry-After`."),
    (431, "headersTooLarge", "Too many headers, or too long ones."),
    (500, "internalServerError", "A fault of the service."),
    (501, "notImplemented", "OData defines it, this service does not serve it."),
    (503, "serviceUnavailable", "Nothing was changed; repeating is safe."),
];

/// What any request can end in.
const ANY: [u16; 9] = [400, 401, 403, 412, 414, 429, 431, 500, 503];

/// The failures of [`FAILURES`] as components.
pub(super) fn shared() -> Value {
    let response = |(status, name, text): (u16, &str, &str)| {
        let mut response = json!({
            "description": text,
            "content": { "application/json": {
                "schema": { "$ref": "#/components/schemas/odata.error" },
            } },
        });
        let header = |text: &str, ty: &str| json!({ "description": text, "required": true, "schema": { "type": ty } });
        match status {
            401 => {
                let text = "Where tokens are to be had.";
                put(
                    &mut response,
                    "headers",
                    json!({ "WWW-Authenticate": header(text, "string") }),
                );
            }
            429 => {
                let text = "Seconds to wait.";
                put(&mut response, "headers", json!({ "Retry-After": header(text, "integer") }));
            }
            _ => {}
        }
        (name.to_owned(), response)
    };
    Value::Object(FAILURES.into_iter().map(response).collect())
}

/// The schema of what [`ErrorBody`](crate::error::ErrorBody) writes.
pub(super) fn error() -> Value {
    let text = || json!({ "type": "string", "minLength": 1 });
    let target =
        json!({ "type": "string", "description": "The property or query option at fault." });
    json!({
        "type": "object",
        "description": "Decide by status and `code`, never by `message`.",
        "required": ["error"],
        "properties": { "error": {
            "type": "object",
            "required": ["code", "message", "innerError"],
            "properties": {
                "code": text(),
                "message": text(),
                "target": target,
                "details": { "type": "array", "items": {
                    "type": "object",
                    "required": ["code", "message"],
                    "properties": { "code": text(), "message": text(), "target": target },
                } },
                "innerError": {
                    "type": "object",
                    "required": ["date", "request-id", "client-request-id"],
                    "properties": {
                        "date": text(),
                        "request-id": { "type": "string", "format": "uuid" },
                        "client-request-id": text(),
                    },
                },
            },
        } },
    })
}

/// The answers of a call: its successes, and failures beside those that every call has.
pub(super) fn all(successes: &[(u16, Value)], failures: &[u16]) -> Value {
    let mut all: Map<_, _> =
        successes.iter().map(|(status, answer)| (status.to_string(), answer.clone())).collect();
    for (status, name, _) in FAILURES {
        if ANY.contains(&status) || failures.contains(&status) {
            let reference = format!("#/components/responses/{name}");
            all.insert(status.to_string(), json!({ "$ref": reference }));
        }
    }
    Value::Object(all)
}

/// An answer without a body.
pub(super) fn empty(description: &str) -> Value {
    json!({ "description": description })
}

/// An answer with JSON.
pub(super) fn of_json(description: &str, schema: &Value) -> Value {
    json!({ "description": description, "content": { "application/json": { "schema": schema } } })
}

/// One value of a type, bare.
pub(super) fn one(ty: &TypeName) -> Value {
    json!({ "allOf": [schema::reference(ty, Role::Read), {
        "type": "object",
        "properties": { "@odata.context": context() },
    }] })
}

/// Several values in their envelope.
pub(super) fn many(item: &TypeRef) -> Value {
    let link = json!({
        "type": "string",
        "format": "uri",
        "description": "Where the next page is; follow it as it is.",
    });
    json!({
        "type": "object",
        "required": ["value"],
        "properties": {
            "@odata.context": context(),
            "@odata.count": { "type": "integer", "minimum": 0, "description": "Rows in all pages." },
            "@odata.nextLink": link,
            "value": { "type": "array", "items": schema::of(item, Role::Read) },
        },
    })
}

fn context() -> Value {
    json!({ "type": "string", "format": "uri", "description": "What the body is, in the terms of `$metadata`." })
}

/// A header of an answer.
pub(super) fn header(description: &str) -> Value {
    json!({ "description": description, "required": true, "schema": { "type": "string" } })
}

/// What the caller needs: for programs, and as a sentence.
pub(super) fn needs(operation: &mut Value, needs: &Needs, annotations: &[Annotation]) {
    let quoted: Vec<_> = needs.permissions.iter().map(|name| format!("`{name}`")).collect();
    let mut text = format!("Needs {}", quoted.join(" or "));
    if !needs.roles.is_empty() {
        text = format!("{text}; a signed-in user must be {} besides", needs.roles.join(" or "));
    }
    let about = schema::description(annotations).map(|text| format!("{text}\n\n"));
    put(operation, "description", json!(format!("{}{text}.", about.unwrap_or_default())));
    put(operation, "security", requirements(&needs.permissions));
}
