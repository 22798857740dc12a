use serde::{Deserialize, Serialize};

use crate::http::{Answer, Request};
use crate::settings::{CorsRule, Settings};

/// Origins that a rule is for: `https://portal.example`, or `https://*.portal.example` for all
/// names below it. There is one asterisk, and it leads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Domain(Origins);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Origins {
    One(String),
    /// Those that begin with a scheme and end with a name.
    Below {
        scheme: String,
        name: String,
    },
}

/// A text that is no domain of a CORS rule.
#[derive(Debug, thiserror::Error)]
#[error(
    "a domain is written https://portal.example or https://*.portal.example, with a port where \
     there is one, not {0:?}"
)]
pub struct NoDomain(String);

impl TryFrom<String> for Domain {
    type Error = NoDomain;

    fn try_from(text: String) -> Result<Self, NoDomain> {
        let origins = || {
            let (scheme, host) = text.split_once("://")?;
            let below = host.strip_prefix('*');
            let name = match below {
                Some(rest) => rest.strip_prefix('.')?,
                None => host,
            };
            let (name, port) = name.split_once(':').unwrap_or((name, "1"));
            let sound = matches!(scheme, "http" | "https")
                && is_name(name)
                && port.parse::<u16>().is_ok_and(|port| port > 0);
            sound.then(|| match below {
                None => Origins::One(text.to_ascii_lowercase()),
                Some(rest) => Origins::Below {
                    scheme: format!("{scheme}://"),
                    name: rest.to_ascii_lowercase(),
                },
            })
        };
        origins().map(Self).ok_or_else(|| NoDomain(text.clone()))
    }
}

impl From<Domain> for String {
    fn from(Domain(origins): Domain) -> Self {
        match origins {
            Origins::One(text) => text,
            Origins::Below { scheme, name } => format!("{scheme}*{name}"),
        }
    }
}

impl Domain {
    fn is(&self, origin: &str) -> bool {
        matches!(&self.0, Origins::One(text) if text == origin)
    }

    fn is_above(&self, origin: &str) -> bool {
        let Origins::Below { scheme, name } = &self.0 else { return false };
        let rest = origin.strip_prefix(scheme.as_str());
        rest.and_then(|rest| rest.strip_suffix(name.as_str())).is_some_and(is_name)
    }
}

fn is_name(text: &str) -> bool {
    let sound = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    text.split('.').all(|label| !label.is_empty() && label.bytes().all(sound))
}

/// The answer to a preflight.
pub(crate) fn preflight(settings: &Settings, request: &Request) -> Answer {
    let Some(rule) = rule(settings, request) else { return Answer::empty(403) };
    let headers = request.header("access-control-request-headers").unwrap_or("");
    Answer::empty(200)
        .with("access-control-allow-methods", rule.methods.join(","))
        .with("access-control-allow-headers", headers)
        .with("access-control-max-age", rule.max_age.to_string())
}

/// Adds what lets a script read the answer.
pub(crate) fn expose(settings: &Settings, request: &Request, answer: Answer) -> Answer {
    let (Some(rule), Some(origin)) = (rule(settings, request), request.header("origin")) else {
        return answer;
    };
    let answer = answer
        .with("access-control-allow-origin", origin)
        .with("access-control-allow-credentials", "true")
        .with("vary", "Origin");
    if rule.expose.is_empty() {
        return answer;
    }
    answer.with("access-control-expose-headers", rule.expose.join(","))
}

/// The rule for the origin, an exact domain before one with an asterisk, if it has the method.
fn rule<'a>(settings: &'a Settings, request: &Request) -> Option<&'a CorsRule> {
    let origin = request.header("origin")?;
    let exact = settings.cors.iter().find(|rule| rule.domain.is(origin));
    let rule = exact.or_else(|| settings.cors.iter().find(|rule| rule.domain.is_above(origin)))?;
    let method = match request.method.as_str() {
        "OPTIONS" => request.header("access-control-request-method")?,
        // Who may read may look whether there is something.
        "HEAD" => "GET",
        method => method,
    };
    rule.methods.iter().any(|have| have == method).then_some(rule)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_asterisk_stands_for_names_below() {
        let check = |domain: &str, origin: &str, expected: bool| {
            let read = Domain::try_from(domain.to_owned()).unwrap();
            assert_eq!(read.is(origin) || read.is_above(origin), expected, "{domain} {origin}");
            assert_eq!(String::from(read), domain);
        };
        check("https://portal.example", "https://portal.example", true);
        check("https://portal.example", "http://portal.example", false);
        check("https://portal.example:8443", "https://portal.example:8443", true);
        check("https://*.example", "https://a.example", true);
        check("https://*.example", "https://a.b.example", true);
        check("https://*.example:8443", "https://a.example:8443", true);
        for origin in [
            "https://example",
            "https://.example",
            "http://a.example",
            "https://evil.com/.example",
            "https://evil.com#.example",
            "https://evil.com:1.example",
            "https://a.example:8443",
            "https://aexample",
            "null",
        ] {
            check("https://*.example", origin, false);
        }
    }

    #[test]
    fn what_is_no_domain_is_refused() {
        for text in [
            "*",
            "portal.example",
            "ftp://portal.example",
            "https://",
            "https://*",
            "https://*example",
            "https://a.*.example",
            "https://*.*.example",
            "https://portal.example/",
            "https://portal.example:0",
            "https://a b",
        ] {
            assert!(Domain::try_from(text.to_owned()).is_err(), "{text}");
        }
    }
}
