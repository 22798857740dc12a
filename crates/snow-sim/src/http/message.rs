use std::fmt::Write as _;
use std::time::Duration;

use serde_json::{Value, json};

/// A request that was read whole.
#[derive(Debug, Clone, Default)]
pub(crate) struct Request {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) query: String,
    /// Names in lower case.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
    /// `http://host:port`, as the client wrote it.
    pub(crate) origin: String,
}

/// What is sent, and how it is spoiled.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Vec<u8>,
    pub(crate) damage: Option<Damage>,
    pub(crate) delay: Duration,
}

/// What happens to the answer on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Damage {
    /// The connection is reset before any byte.
    Reset,
    /// The body ends after so many bytes, with the connection.
    Cut(usize),
    /// `Content-Length` says more than there is.
    WrongLength,
    /// The bytes in the middle are others.
    Garbled,
}

impl Request {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(have, _)| have == name).map(|(_, value)| value.as_str())
    }

    /// The parameters of the query; an empty one is one that is not there.
    pub(crate) fn parameter(&self, name: &str) -> Option<String> {
        let mut pairs = url::form_urlencoded::parse(self.query.as_bytes());
        let found = pairs.find(|(have, _)| have == name).map(|(_, value)| value.into_owned());
        found.filter(|value| !value.is_empty())
    }

    /// Whether a parameter says true; clients write it in several ways.
    pub(crate) fn flag(&self, name: &str) -> bool {
        self.parameter(name).is_some_and(|value| value.trim().eq_ignore_ascii_case("true"))
    }

    pub(crate) fn form(&self) -> Vec<(String, String)> {
        url::form_urlencoded::parse(&self.body).into_owned().collect()
    }
}

impl Answer {
    pub(crate) fn new(status: u16, kind: &str, body: impl Into<Vec<u8>>) -> Self {
        let headers = vec![("content-type", kind.to_owned())];
        Self { status, headers, body: body.into(), damage: None, delay: Duration::ZERO }
    }

    pub(crate) fn empty(status: u16) -> Self {
        Self { headers: Vec::new(), ..Self::new(status, "", Vec::new()) }
    }

    pub(crate) fn json(status: u16, body: &Value) -> Self {
        Self::new(status, JSON, body.to_string())
    }

    pub(crate) fn html(status: u16, body: &str) -> Self {
        Self::new(status, "text/html;charset=UTF-8", body)
    }

    /// ServiceNow's error body.
    pub(crate) fn error(status: u16, message: &str, detail: Option<&str>) -> Self {
        let error = json!({"message": message, "detail": detail});
        Self::json(status, &json!({"error": error, "status": "failure"}))
    }

    pub(crate) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    pub(crate) fn delayed(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }
}

pub(crate) const JSON: &str = "application/json;charset=UTF-8";

/// Text for XML and HTML.
pub(crate) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c if c.is_control() && !matches!(c, '\n' | '\t' | '\r') => {
                write!(out, "&#{};", u32::from(c)).ok();
            }
            c => out.push(c),
        }
    }
    out
}
