use crate::http::{Answer, Request};
use crate::settings::{CorsRule, Settings};

/// The answer to a preflight.
pub(crate) fn preflight(settings: &Settings, request: &Request) -> Answer {
    let method = request.header("access-control-request-method").unwrap_or("");
    let rule =
        rule(settings, request).filter(|rule| rule.methods.iter().any(|have| have == method));
    let Some(rule) = rule else { return Answer::empty(403) };
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

/// An exact domain before one with an asterisk.
fn rule<'a>(settings: &'a Settings, request: &Request) -> Option<&'a CorsRule> {
    let origin = request.header("origin")?;
    let exact = settings.cors.iter().find(|rule| rule.domain == origin);
    exact.or_else(|| {
        settings.cors.iter().find(|rule| {
            rule.domain.split_once('*').is_some_and(|(before, after)| {
                origin
                    .strip_prefix(before)
                    .and_then(|rest| rest.strip_suffix(after))
                    .is_some_and(|name| !name.is_empty())
            })
        })
    })
}
