//! JSON or XML, in and out.

use std::fmt::Write as _;

use serde_json::Value;

use crate::http::message::{escape, weighed};
use crate::http::{Answer, Request};
use crate::settings::Settings;

/// Refuses what is neither.
pub(super) fn check(request: &Request, settings: &Settings) -> Result<(), Answer> {
    if settings.accept_required && request.header("accept").is_none() {
        return Err(Answer::error(400, "Accept header is missing", None));
    }
    if accepted(request).is_none() {
        return Err(Answer::error(406, "Unsupported media type in accept header", None));
    }
    let writes = matches!(request.method.as_str(), "POST" | "PUT" | "PATCH");
    let kind = request.header("content-type").unwrap_or("");
    if writes && kind.is_empty() {
        return Err(Answer::error(400, "Content-Type header is missing", None));
    }
    if writes && Media::of(kind).is_none() {
        return Err(Answer::error(415, "Unsupported media type in content-type header", None));
    }
    Ok(())
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Media {
    Json,
    Xml,
}

impl Media {
    /// Names of types are the same in capitals: RFC 9110, 8.3.1.
    pub(super) fn of(kind: &str) -> Option<Self> {
        let (name, _) = kind.split_once(';').unwrap_or((kind, ""));
        match name.trim().to_ascii_lowercase().as_str() {
            "application/json" => Some(Self::Json),
            "application/xml" | "text/xml" => Some(Self::Xml),
            _ => None,
        }
    }
}

/// What the client likes best, the first of equals.
fn accepted(request: &Request) -> Option<Media> {
    let accept = request.header("accept").filter(|accept| !accept.trim().is_empty());
    let mut best: Option<(Media, f32)> = None;
    for (name, weight) in weighed(accept.unwrap_or("*/*")) {
        let media = match name.as_str() {
            "*/*" | "application/*" => Some(Media::Json),
            name => Media::of(name),
        };
        let better = weight > best.map_or(0.0, |(_, weight)| weight);
        best = media.filter(|_| better).map(|media| (media, weight)).or(best);
    }
    best.map(|(media, _)| media)
}

/// Turns a JSON answer into XML where that is asked for.
pub(crate) fn convert(request: &Request, mut answer: Answer) -> Answer {
    if accepted(request) != Some(Media::Xml) || answer.body.is_empty() {
        return answer;
    }
    let Ok(value) = serde_json::from_slice::<Value>(&answer.body) else { return answer };
    let mut out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><response>".to_owned();
    for (name, value) in value.as_object().into_iter().flatten() {
        element(&mut out, name, value, 0);
    }
    out.push_str("</response>");
    answer.headers.retain(|(name, _)| *name != "content-type");
    answer.body = out.into_bytes();
    answer.with("content-type", "application/xml;charset=UTF-8")
}

/// Answers are a few levels deep at most.
fn element(out: &mut String, name: &str, value: &Value, depth: usize) {
    let text = match value {
        Value::Array(items) => {
            for item in items {
                element(out, name, item, depth + 1);
            }
            return;
        }
        Value::Object(members) if depth < 8 => {
            write!(out, "<{name}>").ok();
            members.iter().for_each(|(name, value)| element(out, name, value, depth + 1));
            write!(out, "</{name}>").ok();
            return;
        }
        Value::Null | Value::Object(_) => String::new(),
        Value::String(text) => escape(text),
        other => other.to_string(),
    };
    if text.is_empty() {
        write!(out, "<{name}/>").ok();
    } else {
        write!(out, "<{name}>{text}</{name}>").ok();
    }
}
