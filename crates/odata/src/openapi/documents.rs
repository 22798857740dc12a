use serde_json::{Value, json};

use super::parameter::reference;
use super::{BEARER, OAUTH, Paths, response};

/// The service document, the model and batches, which every service has.
pub(super) fn add(paths: &mut Paths) {
    paths.add("/", "get", service_document());
    paths.add("/$metadata", "get", metadata());
    paths.add("/$batch", "post", batch());
}

fn service_document() -> Value {
    let text = || json!({ "type": "string" });
    let item = json!({
        "type": "object",
        "required": ["name", "kind", "url"],
        "properties": { "name": text(), "kind": text(), "url": text() },
    });
    let schema = json!({
        "type": "object",
        "required": ["value"],
        "properties": {
            "@odata.context": { "type": "string", "format": "uri" },
            "value": { "type": "array", "items": item },
        },
    });
    let listed = response::of_json("Names and URLs of what there is.", &schema);
    json!({
        "operationId": "serviceDocument",
        "summary": "What the service consists of",
        "tags": ["documents"],
        "security": [],
        "parameters": [reference("format")],
        "responses": open(listed),
    })
}

fn metadata() -> Value {
    let model = json!({ "description": "The model.", "content": {
        "application/xml": { "schema": { "type": "string" } },
        "application/json": { "schema": { "type": "object" } },
    } });
    let formats = json!({
        "type": "string",
        "enum": ["xml", "json", "application/xml", "application/json"],
    });
    json!({
        "operationId": "metadata",
        "summary": "The model as CSDL",
        "tags": ["documents"],
        "security": [],
        "parameters": [{
            "name": "$format",
            "in": "query",
            "description": "Goes before `Accept`.",
            "schema": formats,
        }],
        "responses": open(model),
    })
}

/// The answers of what is for anyone.
fn open(success: Value) -> Value {
    let mut all = response::all(&[(200, success)], &[406]);
    if let Value::Object(all) = &mut all {
        all.retain(|status, _| !["401", "403", "429"].contains(&status.as_str()));
    }
    all
}

fn batch() -> Value {
    let text = || json!({ "type": "string", "minLength": 1 });
    let headers = json!({ "type": "object", "additionalProperties": { "type": "string" } });
    let request = json!({
        "type": "object",
        "required": ["id", "method", "url"],
        "properties": {
            "id": text(),
            "method": { "enum": ["GET", "POST", "PUT", "PATCH", "DELETE"] },
            "url": { "type": "string", "minLength": 1, "description": "From the service root on." },
            "headers": headers,
            "body": { "description": "JSON, or base64url where the Content-Type is another." },
            "dependsOn": { "type": "array", "items": text() },
        },
    });
    let answer = json!({
        "type": "object",
        "required": ["id", "status"],
        "properties": {
            "id": text(),
            "status": { "type": "integer" },
            "headers": headers,
            "body": {},
        },
    });
    let many = |name: &str, item: Value| {
        json!({
            "type": "object",
            "required": [name],
            "properties": { name: { "type": "array", "items": item } },
        })
    };
    let multipart = json!({ "schema": { "type": "string" } });
    let mut answers = response::of_json("The answers, by their ids.", &many("responses", answer));
    if let Some(Value::Object(content)) = answers.get_mut("content") {
        content.insert("multipart/mixed".to_owned(), multipart.clone());
    }
    json!({
        "operationId": "batch",
        "summary": "Several requests in one",
        "description": "Each request needs what it would need alone. A batch of multipart/mixed is \
                        answered as multipart/mixed, and stops at the first failure unless \
                        continue-on-error is preferred.",
        "tags": ["documents"],
        "security": [{ BEARER: [] }, { OAUTH: [] }],
        "parameters": [reference("format")],
        "requestBody": {
            "required": true,
            "content": {
                "application/json": { "schema": many("requests", request) },
                "multipart/mixed": multipart,
            },
        },
        "responses": response::all(&[(200, answers)], &[406, 408, 413, 415, 501]),
    })
}
