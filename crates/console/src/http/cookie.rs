use axum::http::header::{COOKIE, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::Response;

/// The cookies that there are. Over https their names say that no other host, and nobody without
/// TLS, has set them; browsers do not take such names over plain http.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cookie {
    /// Who is signed in.
    Session,
    /// What the forms of somebody who is not signed in carry too.
    Guest,
    /// What only the browser knows that was sent to an issuer outside.
    Attempt,
    /// And the one that was sent to ServiceNow.
    Agent,
}

impl Cookie {
    const fn name(self, is_secure: bool) -> &'static str {
        match (self, is_secure) {
            (Self::Session, true) => "__Host-nowgraph-session",
            (Self::Session, false) => "nowgraph-session",
            (Self::Guest, true) => "__Host-nowgraph-guest",
            (Self::Guest, false) => "nowgraph-guest",
            (Self::Attempt, true) => "__Host-nowgraph-attempt",
            (Self::Attempt, false) => "nowgraph-attempt",
            (Self::Agent, true) => "__Host-nowgraph-servicenow",
            (Self::Agent, false) => "nowgraph-servicenow",
        }
    }

    /// The value that a browser sent.
    pub(crate) fn read(self, headers: &HeaderMap, is_secure: bool) -> Option<&str> {
        let name = self.name(is_secure);
        let lines = headers.get_all(COOKIE).iter().filter_map(|line| line.to_str().ok());
        let pairs = lines.flat_map(|line| line.split(';'));
        let mut values = pairs.filter_map(|pair| pair.trim().split_once('='));
        values.find(|(found, _)| *found == name).map(|(_, value)| value)
    }

    /// Has the browser keep a value until it is closed; the server decides how long it is good.
    pub(crate) fn set(self, answer: &mut Response, value: &str, is_secure: bool) {
        let secure = if is_secure { "; Secure" } else { "" };
        let name = self.name(is_secure);
        append(answer, &format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax{secure}"));
    }

    /// Has the browser forget it.
    pub(crate) fn clear(self, answer: &mut Response, is_secure: bool) {
        let secure = if is_secure { "; Secure" } else { "" };
        let name = self.name(is_secure);
        append(answer, &format!("{name}=; Path=/; HttpOnly; SameSite=Lax{secure}; Max-Age=0"));
    }
}

/// The values are base64 and GUIDs, which headers take.
fn append(answer: &mut Response, cookie: &str) {
    if let Ok(value) = HeaderValue::from_str(cookie) {
        answer.headers_mut().append(SET_COOKIE, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_found_among_others() {
        let mut headers = HeaderMap::new();
        headers.append(COOKIE, HeaderValue::from_static("a=b; nowgraph-session=x=y"));
        headers.append(COOKIE, HeaderValue::from_static("__Host-nowgraph-guest=g"));
        assert_eq!(Cookie::Session.read(&headers, false), Some("x=y"));
        assert_eq!(Cookie::Session.read(&headers, true), None);
        assert_eq!(Cookie::Guest.read(&headers, true), Some("g"));
        assert_eq!(Cookie::Guest.read(&headers, false), None);
    }
}
