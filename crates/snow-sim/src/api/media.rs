//! JSON or XML, in and out.

use std::fmt::Write as _;

use serde_json::Value;

use crate::http::message::escape;
use crate::http::{Answer, Request};
use crate::settings::Settings;

/// Refuses what is neither.
pub(super) fn check(request: &Request, settings: &Settings) -> Result<(), Answer> {
    if settings.accept_required && request.header("accept").is_none() {
        return Err(Answer::error(400, "Accept header is missing", None));
    }
    let accept = request.header("accept").unwrap_or("*/*");
    let fits = ["application/json", "application/xml", "text/xml", "*/*", "application/*"];
    if !fits.iter().any(|kind| accept.contains(kind)) {
        return Err(Answer::error(406, "Unsupported media type in accept header", None));
    }
    let writes = matches!(request.method.as_str(), "POST" | "PUT" | "PATCH");
    let kind = request.header("content-type").unwrap_or("");
    if writes && kind.is_empty() {
        return Err(Answer::error(400, "Content-Type header is missing", None));
    }
    if writes && !(kind.starts_with("application/json") || is_xml(kind)) {
        return Err(Answer::error(415, "Unsupported media type in content-type header", None));
    }
    Ok(())
}

pub(super) fn is_xml(kind: &str) -> bool {
    kind.starts_with("application/xml") || kind.starts_with("text/xml")
}

/// Turns a JSON answer into XML where that is asked for.
pub(super) fn convert(request: &Request, mut answer: Answer) -> Answer {
    if !is_xml(request.header("accept").unwrap_or("")) || answer.body.is_empty() {
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
