use std::time::SystemTime;

use model::HealthStatus;
use servicenow::SignInFailure;

use super::words::{capital, cause};
use super::{Trouble, call, hint};

/// What it means that there is no token.
pub(super) fn trouble(failure: &SignInFailure, now: SystemTime) -> Trouble {
    let what = format!("{}.", capital(&failure.to_string()));
    match failure {
        SignInFailure::NoAnswer(failure) => {
            let trouble = call::trouble(failure, now);
            let message = format!("At the token endpoint: {}", trouble.message);
            Trouble { message, ..trouble }
        }
        SignInFailure::Denied { .. } => {
            // What to look at differs by grant, and is said there.
            let (message, hint) = what.split_once("; ").unwrap_or((&what, hint::SET_ANEW));
            needed("accessDenied", format!("{}.", message.trim_end_matches('.')), &capital(hint))
        }
        SignInFailure::InvalidClient => needed("invalidClient", what, hint::CLIENT),
        SignInFailure::InvalidGrant { .. } => needed("invalidGrant", what, hint::SET_ANEW),
        SignInFailure::GrantNotServed { .. } => needed("grantNotServed", what, hint::GRANT),
        SignInFailure::Refused { .. } => needed("signInRefused", what, hint::SET_ANEW),
        SignInFailure::NoToken => needed("noToken", what, hint::CLIENT),
        SignInFailure::NotSigned(_) => needed("notSigned", what, hint::KEY),
        SignInFailure::NotStored(error) => {
            let message = format!("{} ({}).", what.trim_end_matches('.'), cause(&**error));
            Trouble::mend("tokenNotStored", message, hint::STORE)
        }
        SignInFailure::Interrupted => {
            let status = HealthStatus::Unreachable;
            let hint = "It is tried again.".to_owned();
            Trouble { status, not_before: None, code: "interrupted", message: what, hint }
        }
    }
}

/// Somebody has to sign in, or to set another credential.
pub(super) fn needed(code: &'static str, message: String, hint: &str) -> Trouble {
    let (status, hint) = (HealthStatus::SignInNeeded, hint.to_owned());
    Trouble { status, not_before: None, code, message, hint }
}
