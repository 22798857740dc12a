use std::time::{Duration, SystemTime};

use model::HealthStatus::{self, Error, SignInNeeded, Throttled, Unreachable};
use servicenow::{Failure, RetryAfter};

use super::words::{capital, cause, span};
use super::{Trouble, hint, sign_in};

/// What a failed call means.
pub(super) fn trouble(failure: &Failure, now: SystemTime) -> Trouble {
    if let Failure::SignIn(failure) = failure {
        return sign_in::trouble(failure, now);
    }
    let (status, code, hint) = meaning(failure);
    let not_before = not_before(failure, now);
    Trouble { status, not_before, code, message: message(failure, now), hint: hint.to_owned() }
}

const fn meaning(failure: &Failure) -> (HealthStatus, &'static str, &'static str) {
    match failure {
        Failure::Unreachable { .. } => (Unreachable, "unreachable", hint::UNREACHABLE),
        Failure::NotAdmitted(_) => (Error, "egressRefused", hint::NOT_ADMITTED),
        Failure::Tls { fault, .. } => (Unreachable, "tls", hint::tls(*fault)),
        Failure::Proxy { .. } => (Unreachable, "proxy", hint::PROXY),
        Failure::TimedOut(_) => (Unreachable, "timedOut", hint::SLOW),
        Failure::Cut(_) => (Unreachable, "brokenOff", hint::BROKEN),
        Failure::QueryTooLong => (Error, "queryTooLong", hint::QUERY_TOO_LONG),
        Failure::Redirected { .. } => (Unreachable, "redirected", hint::SINGLE_SIGN_ON),
        Failure::Hibernating => (Unreachable, "hibernating", hint::HIBERNATING),
        Failure::SignInPage => (Unreachable, "signInPage", hint::SINGLE_SIGN_ON),
        Failure::NotServiceNow { .. } => (Unreachable, "notServiceNow", hint::NOT_SERVICENOW),
        Failure::SignIn(_) => (SignInNeeded, "signIn", hint::SET_ANEW),
        Failure::Unauthorized(_) => (SignInNeeded, "unauthorized", hint::UNAUTHORIZED),
        Failure::BasicRefused(_) => (SignInNeeded, "basicRefused", hint::BASIC),
        Failure::QueryForbidden(_) => (Error, "queryForbidden", hint::QUERY_FORBIDDEN),
        Failure::TableForbidden(_) => (Error, "tableForbidden", hint::TABLE_FORBIDDEN),
        Failure::ApiForbidden(_) => (Error, "apiForbidden", hint::API_FORBIDDEN),
        Failure::Forbidden(_) => (Error, "forbidden", hint::TABLE_FORBIDDEN),
        Failure::InvalidTable(_) => (Error, "invalidTable", hint::WRONG_PATH),
        Failure::NoSuchApi(_) => (Error, "noSuchApi", hint::WRONG_PATH),
        Failure::NotFound(_) => (Error, "notFound", hint::WRONG_PATH),
        Failure::BadRequest(_) => (Error, "badRequest", hint::REFUSED),
        Failure::RateLimited { .. } => (Throttled, "throttled", hint::THROTTLED),
        Failure::Cancelled(_) => (Unreachable, "cancelled", hint::SLOW),
        Failure::Unavailable { .. } => (Unreachable, "unavailable", hint::UNAVAILABLE),
        Failure::InstanceFailed { .. } => (Unreachable, "instanceFailed", hint::FAILED),
        Failure::Refused { .. } => (Error, "refused", hint::REFUSED),
        Failure::ErrorInResult(_) => (Unreachable, "incomplete", hint::BROKEN),
        Failure::Damaged(_) => (Unreachable, "damaged", hint::BROKEN),
        Failure::Truncated => (Unreachable, "truncated", hint::BROKEN),
        Failure::WrongShape(_) => (Unreachable, "wrongShape", hint::NOT_SERVICENOW),
        Failure::ConditionIgnored { .. } => (Error, "conditionIgnored", hint::CONDITION_IGNORED),
        Failure::TooLarge { .. } => (Unreachable, "tooLarge", hint::SLOW),
    }
}

fn message(failure: &Failure, now: SystemTime) -> String {
    let what = capital(&failure.to_string());
    match failure {
        Failure::NotAdmitted(refused) => format!("{}.", capital(&refused.reason)),
        Failure::Unreachable { source, .. }
        | Failure::Tls { source, .. }
        | Failure::Proxy { source, .. } => {
            format!("{what} ({}).", cause(source))
        }
        Failure::RateLimited { said, .. } => {
            let until = not_before(failure, now).and_then(|until| until.duration_since(now).ok());
            let wait = span(until.unwrap_or_default());
            format!("The instance wants to be left alone for {wait}: {said}.")
        }
        _ => format!("{what}."),
    }
}

fn not_before(failure: &Failure, now: SystemTime) -> Option<SystemTime> {
    match failure {
        Failure::RateLimited { after, .. } => Some(after.unwrap_or(WITHOUT_TIME).not_before(now)),
        Failure::Unavailable { after, .. } => after.map(|after| after.not_before(now)),
        _ => None,
    }
}

/// What a 429 means that names no time.
const WITHOUT_TIME: RetryAfter = RetryAfter::Delay(Duration::from_secs(10));
