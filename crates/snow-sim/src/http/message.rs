use std::borrow::Cow;
use std::time::Duration;

use percent_encoding::percent_decode_str;
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
    /// Sent in chunks, without its length.
    pub(crate) streamed: bool,
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

    /// With the method that `X-HTTP-Method-Override` names.
    pub(crate) fn overridden(mut self) -> Self {
        if let Some(method) = self.header("x-http-method-override") {
            self.method = method.trim().to_ascii_uppercase();
        }
        self
    }

    /// Whether a header says true.
    pub(crate) fn says(&self, name: &str) -> bool {
        self.header(name).is_some_and(|value| value.trim().eq_ignore_ascii_case("true"))
    }

    /// The path without its escapes.
    pub(crate) fn decoded_path(&self) -> Cow<'_, str> {
        percent_decode_str(&self.path).decode_utf8_lossy()
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
        Self {
            status,
            headers,
            body: body.into(),
            streamed: false,
            damage: None,
            delay: Duration::ZERO,
        }
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

    pub(crate) fn without_body(self) -> Self {
        Self { body: Vec::new(), ..self }
    }

    pub(crate) fn delayed(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }
}

pub(crate) const JSON: &str = "application/json;charset=UTF-8";

/// The names of a header that lists what somebody accepts, in lower case, with their weights.
pub(crate) fn weighed(list: &str) -> impl Iterator<Item = (String, f32)> {
    list.split(',').map(|item| {
        let mut parts = item.split(';').map(str::trim);
        let name = parts.next().unwrap_or("").to_ascii_lowercase();
        let weight = parts.find_map(|part| part.strip_prefix("q=").or(part.strip_prefix("Q=")));
        (name, weight.map_or(1.0, |weight| weight.trim().parse().unwrap_or(0.0)))
    })
}

/// Text for XML and HTML. Characters that XML 1.0 has no way to write are replaced: 2.2, `Char`.
pub(crate) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            // A reader would make a line feed of it.
            '\r' => out.push_str("&#13;"),
            '\n' | '\t' => out.push(c),
            '\0'..' ' | '\u{fffe}' | '\u{ffff}' => out.push(char::REPLACEMENT_CHARACTER),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_xml_cannot_write_is_replaced() {
        let check = |text: &str, expected: &str| assert_eq!(escape(text), expected, "{text:?}");
        check("a<b>&\"c\"'", "a&lt;b&gt;&amp;&quot;c&quot;&#39;");
        check("1\t2\n3\r4", "1\t2\n3&#13;4");
        check("\0\u{1}\u{b}\u{1f}\u{fffe}\u{ffff}", &"\u{fffd}".repeat(6));
        check("\u{7f}\u{85}\u{fffd}\u{1f600}", "\u{7f}\u{85}\u{fffd}\u{1f600}");
    }
}
