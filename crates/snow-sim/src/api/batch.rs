use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::http::{Answer, Request};
use crate::instance::State;

/// `POST /api/now/v1/batch`.
pub(super) fn answer(state: &mut State, request: &Request) -> Result<Answer, Answer> {
    let body: Value = serde_json::from_slice(&request.body).map_err(|error| {
        Answer::error(400, "Exception while reading request", Some(&error.to_string()))
    })?;
    let parts = body.get("rest_requests").and_then(Value::as_array).cloned().unwrap_or_default();
    let serviced: Vec<Value> = parts.iter().map(|part| service(state, request, part)).collect();
    let id = word(body.get("batch_request_id"));
    let whole = json!({
        "batch_request_id": id,
        "serviced_requests": serviced,
        "unserviced_requests": [],
    });
    Ok(Answer::json(200, &whole))
}

fn service(state: &mut State, outer: &Request, part: &Value) -> Value {
    let text = |name: &str| part.get(name).and_then(Value::as_str).unwrap_or("");
    let address = text("url").trim_start_matches(&outer.origin);
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    let mut headers: Vec<(String, String)> = part
        .get("headers")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(|header| {
            let of = |name| header.get(name).and_then(Value::as_str);
            Some((of("name")?.to_ascii_lowercase(), of("value")?.to_owned()))
        })
        .collect();
    for name in ["authorization", "x-sn-apikey"] {
        headers.extend(outer.header(name).map(|value| (name.to_owned(), value.to_owned())));
    }
    let inner = Request {
        method: text("method").to_ascii_uppercase(),
        path: format!("/{}", path.trim_start_matches('/')),
        query: query.to_owned(),
        headers,
        body: STANDARD.decode(text("body")).unwrap_or_default(),
        origin: outer.origin.clone(),
    };
    // A batch in a batch would let one request become any number.
    let answer = if inner.path.ends_with("/batch") {
        Answer::error(400, "Batch requests cannot be nested", None)
    } else {
        super::answer(state, &inner)
    };
    let headers: Vec<Value> =
        answer.headers.iter().map(|(name, value)| json!({"name": name, "value": value})).collect();
    json!({
        "id": word(part.get("id")),
        "status_code": answer.status,
        "status_text": if answer.status < 400 { "OK" } else { "Error" },
        "headers": headers,
        "body": STANDARD.encode(&answer.body),
        "execution_time": 1,
    })
}

/// Ids come back as texts, also those that were sent as numbers.
fn word(id: Option<&Value>) -> String {
    match id {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Null) | None => String::new(),
        Some(other) => other.to_string(),
    }
}
