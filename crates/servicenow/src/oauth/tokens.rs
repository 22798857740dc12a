use std::time::Duration;

use secrecy::SecretString;
use serde::Deserialize;
use serde_json::Value;

use super::{Grant, SignInFailure};
use crate::answer::{Head, judge};

/// What the token endpoint gave.
///
/// Source: ServiceNow, "OAuth API response parameters".
#[derive(Debug)]
pub struct Tokens {
    /// The access token. It is opaque, whatever it looks like.
    pub access: SecretString,
    /// The refresh token; often the same as before, or none.
    pub refresh: Option<SecretString>,
    /// How long the access token is good for.
    pub lifetime: Duration,
}

#[derive(Deserialize)]
struct Wire {
    access_token: Option<String>,
    refresh_token: Option<String>,
    expires_in: Option<Value>,
    error: Option<Value>,
}

/// Longer ones fit into no header.
const MAX_TOKEN: usize = 8 << 10;
/// The lifetime of an application that nobody changed.
const USUAL: u64 = 1800;
const LONGEST: u64 = 30 * 24 * 3600;

/// Judges an answer of the token endpoint by status and body.
pub(crate) fn read(head: &Head, body: &[u8], grant: &Grant) -> Result<Tokens, SignInFailure> {
    let wire = head.is_json().then(|| serde_json::from_slice::<Wire>(body).ok()).flatten();
    match wire {
        Some(Wire { error: Some(Value::String(error)), .. }) => Err(refused(&error, grant.kind())),
        Some(wire) if head.status == 200 => tokens(wire).ok_or(SignInFailure::NoToken),
        _ => Err(SignInFailure::NoAnswer(Box::new(judge(head, body)))),
    }
}

fn tokens(wire: Wire) -> Option<Tokens> {
    let usable =
        |token: &String| (1..=MAX_TOKEN).contains(&token.len()) && token.bytes().all(is_visible);
    Some(Tokens {
        access: wire.access_token.filter(usable)?.into(),
        refresh: wire.refresh_token.filter(usable).map(SecretString::from),
        lifetime: lifetime(wire.expires_in.as_ref()),
    })
}

fn is_visible(byte: u8) -> bool {
    byte.is_ascii_graphic()
}

/// A number, a number in quotes, or the usual.
fn lifetime(expires_in: Option<&Value>) -> Duration {
    let seconds = match expires_in {
        Some(Value::Number(number)) => number.as_u64(),
        Some(Value::String(text)) => text.trim().parse().ok(),
        _ => None,
    };
    let seconds = seconds.filter(|seconds| *seconds > 0).unwrap_or(USUAL);
    Duration::from_secs(seconds.min(LONGEST))
}

/// The words of an instance are misleading: almost every mistake is a `server_error`.
fn refused(error: &str, grant: &'static str) -> SignInFailure {
    match error {
        "server_error" | "access_denied" => SignInFailure::Denied { grant },
        "invalid_client" => SignInFailure::InvalidClient,
        "invalid_grant" => SignInFailure::InvalidGrant { grant },
        "unsupported_grant_type" | "unauthorized_client" => SignInFailure::GrantNotServed { grant },
        other => {
            let printable = other.chars().filter(|c| !c.is_control());
            SignInFailure::Refused { error: printable.take(100).collect() }
        }
    }
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret as _;

    use super::*;
    use crate::OAuthClient;

    fn check(status: u16, content_type: &str, body: &str, expected: &str) {
        let client = OAuthClient { id: "c".to_owned(), secret: None };
        let head = Head {
            status,
            content_type: content_type.to_owned(),
            location: None,
            retry_after: None,
            total: None,
            date: None,
        };
        let got = match read(&head, body.as_bytes(), &Grant::ClientCredentials { client }) {
            Ok(tokens) => format!(
                "{} {} {}",
                tokens.access.expose_secret(),
                tokens.refresh.as_ref().map_or("-", |refresh| refresh.expose_secret()),
                tokens.lifetime.as_secs()
            ),
            Err(failure) => format!("{failure:?}"),
        };
        assert!(got.starts_with(expected), "{status} {body}: {got}");
    }

    const JSON: &str = "application/json;charset=UTF-8";

    /// Checks 26 and 28.
    #[test]
    fn tokens_are_read_with_or_without_their_lifetime() {
        for (body, expected) in [
            (r#"{"access_token":"a","refresh_token":"r","expires_in":1799}"#, "a r 1799"),
            (r#"{"access_token":"a","expires_in":"60","token_type":"Bearer"}"#, "a - 60"),
            (r#"{"access_token":"a","refresh_token":"","expires_in":"soon"}"#, "a - 1800"),
            (r#"{"access_token":"a","expires_in":0}"#, "a - 1800"),
            (r#"{"access_token":"a","expires_in":-5}"#, "a - 1800"),
            (r#"{"access_token":"a","expires_in":99999999999}"#, "a - 2592000"),
            (r#"{"access_token":"a\nb"}"#, "NoToken"),
            (r#"{"access_token":""}"#, "NoToken"),
            ("{}", "NoToken"),
        ] {
            check(200, JSON, body, expected);
        }
        let long = format!(r#"{{"access_token":"{}"}}"#, "x".repeat(MAX_TOKEN + 1));
        check(200, JSON, &long, "NoToken");
    }

    /// Checks 24 and 25.
    #[test]
    fn misleading_answers_are_told_apart() {
        let denied = r#"{"error_description":"access_denied","error":"server_error"}"#;
        for status in [200, 400, 401, 500] {
            check(status, JSON, denied, "Denied { grant: \"client_credentials\" }");
        }
        check(401, JSON, r#"{"error":"invalid_client"}"#, "InvalidClient");
        check(400, JSON, r#"{"error":"unsupported_grant_type"}"#, "GrantNotServed");
        check(400, JSON, r#"{"error":"odd\nthing"}"#, "Refused { error: \"oddthing\" }");
        let html = "text/html;charset=UTF-8";
        check(200, html, "Your instance is hibernating", "NoAnswer(Hibernating)");
        check(200, html, "<title>Sign In | ServiceNow</title>", "NoAnswer(SignInPage)");
        check(502, html, "<center>nginx</center>", "NoAnswer(Unavailable");
        check(429, JSON, r#"{"error":{"message":"Rate limit exceeded"}}"#, "NoAnswer(RateLimited");
        check(401, JSON, r#"{"error":{"message":"User is not authenticated"}}"#, "NoAnswer(Unau");
    }
}
