use std::collections::{HashMap, VecDeque};

use serde_json::{Value, json};
use url::Url;

use super::{segments, unreadable};
use crate::access;
use crate::http::{Answer, Request};
use crate::instance::State;

/// What a short name stands for.
#[derive(Debug, Clone)]
struct Tiny {
    /// The path, without the version of the API.
    resource: Vec<String>,
    query: String,
}

/// Short names, the newest of them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tinies {
    by_name: HashMap<String, Tiny>,
    /// The oldest first.
    names: VecDeque<String>,
}

const MOST: usize = 10_000;

impl Tinies {
    fn keep(&mut self, name: String, tiny: Tiny) {
        if self.names.len() >= MOST
            && let Some(oldest) = self.names.pop_front()
        {
            self.by_name.remove(&oldest);
        }
        self.names.push_back(name.clone());
        self.by_name.insert(name, tiny);
    }
}

/// `POST /api/now/tinyurl`: keeps a long address under a short name.
pub(super) fn create(state: &mut State, request: &Request) -> Result<Answer, Answer> {
    let body: Value =
        serde_json::from_slice(&request.body).map_err(|error| unreadable(&error.to_string()))?;
    let long = body.get("url").and_then(Value::as_str);
    let long = long.ok_or_else(|| unreadable("url is missing"))?;
    let name = format!("{:032x}", state.random.id());
    let (path, query) = long.split_once('?').unwrap_or((long, ""));
    let path = Url::parse(path).map_or_else(|_| path.to_owned(), |url| url.path().to_owned());
    let short = format!("{}/{}?sysparm_tiny={name}", request.origin, path.trim_start_matches('/'));
    state.tiny.keep(name, Tiny { resource: resource(&path), query: query.to_owned() });
    Ok(Answer::json(200, &json!({"result": {"tiny_url": short}})))
}

/// The request that a short name stands for. No public source says what an unknown one means; all
/// rows it can hardly be.
pub(super) fn expand(state: &State, request: &Request) -> Result<Option<Request>, Answer> {
    let Some(name) = request.parameter("sysparm_tiny") else { return Ok(None) };
    let known = state.tiny.by_name.get(&name);
    let tiny = known.ok_or_else(|| access::loud("no tinyurl has this sysparm_tiny"))?;
    if tiny.resource != resource(&request.path) {
        return Err(access::loud("the tinyurl of this sysparm_tiny is of another path"));
    }
    let expanded = Request { query: tiny.query.clone(), ..request.clone() };
    if expanded.parameter("sysparm_tiny").is_some() {
        return Err(access::loud("the tinyurl of this sysparm_tiny leads to another"));
    }
    Ok(Some(expanded))
}

fn resource(path: &str) -> Vec<String> {
    let parts = segments(path).into_iter().filter(|part| !matches!(&**part, "v1" | "v2"));
    parts.map(std::borrow::Cow::into_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_names_are_forgotten() {
        let mut tinies = Tinies::default();
        let tiny = |at: usize| Tiny { resource: Vec::new(), query: at.to_string() };
        (0..MOST + 2).for_each(|at| tinies.keep(at.to_string(), tiny(at)));
        let query = |name: &str| tinies.by_name.get(name).map(|tiny| tiny.query.as_str());
        assert_eq!((query("1"), query("2"), query("10001")), (None, Some("2"), Some("10001")));
        assert_eq!(tinies.by_name.len(), MOST);
    }
}
