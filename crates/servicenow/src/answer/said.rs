use std::fmt;

use serde::Deserialize;
use serde_json::Value;

/// What an instance says went wrong: one line, of bounded length, harmless in a log.
///
/// Source: ServiceNow, "REST API HTTP response codes", error envelope
/// `{"error":{"message","detail"},"status":"failure"}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    message: String,
    detail: String,
}

const MAX_CHARS: usize = 300;

impl Said {
    /// The message, such as `Insufficient rights to query records`.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The detail; empty where there is none.
    pub fn detail(&self) -> &str {
        &self.detail
    }

    /// Whether either holds the text.
    pub(super) fn holds(&self, text: &str) -> bool {
        self.message.contains(text) || self.detail.contains(text)
    }

    /// Reads a whole envelope.
    pub(super) fn of_body(body: &[u8]) -> Option<Self> {
        #[derive(Deserialize)]
        struct Envelope {
            error: Value,
        }
        let envelope: Envelope = serde_json::from_slice(body).ok()?;
        Some(Self::of_error(&envelope.error))
    }

    /// Reads the member `error`, which is an object, and a text in broken answers.
    pub(crate) fn of_error(error: &Value) -> Self {
        let text = |name| clean(error.get(name).and_then(Value::as_str).unwrap_or_default());
        match error.as_str() {
            Some(message) => Self { message: clean(message), detail: String::new() },
            None => Self { message: text("message"), detail: text("detail") },
        }
    }
}

impl fmt::Display for Said {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.message.as_str(), self.detail.as_str()) {
            ("", "") => f.write_str("no reason given"),
            (message, "") => f.write_str(message),
            ("", detail) => f.write_str(detail),
            (message, detail) => write!(f, "{message} ({detail})"),
        }
    }
}

/// Texts of others go into logs and pages.
fn clean(text: &str) -> String {
    let blank = |c: char| if c.is_control() { ' ' } else { c };
    let mut cleaned: String = text.trim().chars().take(MAX_CHARS).map(blank).collect();
    if text.trim().chars().nth(MAX_CHARS).is_some() {
        cleaned.push('…');
    }
    cleaned
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_of_others_stay_one_short_line() {
        let check = |body: &str, expected: Option<&str>| {
            let said = Said::of_body(body.as_bytes()).map(|said| said.to_string());
            assert_eq!(said.as_deref(), expected, "{body}");
        };
        check(r#"{"error":{"detail":"d","message":"m"},"status":"failure"}"#, Some("m (d)"));
        check(r#"{"error":{"message":"m","detail":null}}"#, Some("m"));
        check(r#"{"error":"a\nb\u001b[31m"}"#, Some("a b [31m"));
        check(r#"{"error":{}}"#, Some("no reason given"));
        check(r#"{"result":[]}"#, None);
        check("<html>", None);
        let long = format!(r#"{{"error":"{}"}}"#, "ä".repeat(1000));
        let said = Said::of_body(long.as_bytes()).unwrap();
        assert_eq!(said.message().chars().count(), MAX_CHARS + 1);
    }
}
