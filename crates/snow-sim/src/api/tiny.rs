use serde_json::{Value, json};
use url::Url;

use crate::http::{Answer, Request};
use crate::instance::State;

/// `POST /api/now/tinyurl`: keeps a long address under a short name.
pub(super) fn create(state: &mut State, request: &Request) -> Answer {
    let body: Value = serde_json::from_slice(&request.body).unwrap_or_default();
    let Some(long) = body.get("url").and_then(Value::as_str) else {
        return Answer::error(400, "Exception while reading request", Some("url is missing"));
    };
    let name = format!("{:032x}", state.random.id());
    let (path, query) = long.split_once('?').unwrap_or((long, ""));
    state.tiny.insert(name.clone(), query.to_owned());
    let path = Url::parse(path).map_or_else(|_| path.to_owned(), |url| url.path().to_owned());
    let short = format!("{}/{}?sysparm_tiny={name}", request.origin, path.trim_start_matches('/'));
    Answer::json(200, &json!({"result": {"tiny_url": short}}))
}

/// The request that a short name stands for.
pub(super) fn expand(state: &State, request: &Request) -> Option<Request> {
    let query = state.tiny.get(&request.parameter("sysparm_tiny")?)?;
    Some(Request { query: query.clone(), ..request.clone() })
}
