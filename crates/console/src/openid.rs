//! Signing in with an issuer outside: there, and back.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse as _, Redirect, Response};
use identity::{OidcAnswer, OidcSignInError};

use crate::console::Console;
use crate::error::PageError;
use crate::http::{Cookie, Query};
use crate::sign_in::{failed, inside};

/// Where the issuer sends people back to.
pub(crate) const CALLBACK: &str = "/console/sign-in/callback";

/// `GET /console/sign-in/openid?next=…`
pub(crate) async fn begin(
    State(console): State<Arc<Console>>,
    headers: HeaderMap,
    uri: Uri,
) -> Result<Response, PageError> {
    let openid = console.openid.as_ref().ok_or(PageError::NotFound)?;
    let next = inside(Query::of(&uri).text("next"));
    let redirect_uri = redirect_uri(&console, &uri, &headers);
    let (now, rng) = (console.clock.now(), console.rng.as_ref());
    match openid.begin((&next, &redirect_uri), now, rng).await {
        Ok((url, attempt)) => {
            let mut answer = Redirect::to(url.as_str()).into_response();
            Cookie::Attempt.set(&mut answer, attempt.reveal(), console.is_secure);
            Ok(answer)
        }
        Err(error) => tell(&console, &headers, error, &next),
    }
}

/// `GET /console/sign-in/callback?code=…&state=…`
pub(crate) async fn finish(
    State(console): State<Arc<Console>>,
    headers: HeaderMap,
    uri: Uri,
) -> Result<Response, PageError> {
    let openid = console.openid.as_ref().ok_or(PageError::NotFound)?;
    let query = Query::of(&uri);
    let answer = OidcAnswer {
        code: query.text("code"),
        state: query.text("state"),
        issuer: query.text("iss"),
        error: query.text("error"),
    };
    let kept = Cookie::Attempt.read(&headers, console.is_secure).unwrap_or_default();
    let redirect_uri = redirect_uri(&console, &uri, &headers);
    let (store, now, rng) = (&console.store, console.clock.now(), console.rng.as_ref());
    let finished = openid.finish((kept, answer), &redirect_uri, store, now, rng).await;
    let mut answer = match finished {
        Ok((token, next)) => {
            let mut answer = Redirect::to(&inside(&next)).into_response();
            Cookie::Session.set(&mut answer, &token.reveal(), console.is_secure);
            Cookie::Guest.clear(&mut answer, console.is_secure);
            answer
        }
        Err(error) => tell(&console, &headers, error, "")?,
    };
    Cookie::Attempt.clear(&mut answer, console.is_secure);
    Ok(answer)
}

fn redirect_uri(console: &Console, uri: &Uri, headers: &HeaderMap) -> String {
    format!("{}{CALLBACK}", console.origin(uri, headers))
}

fn tell(
    console: &Console,
    headers: &HeaderMap,
    error: OidcSignInError,
    next: &str,
) -> Result<Response, PageError> {
    let error = match error {
        OidcSignInError::Store(error) => return Err(error.into()),
        error => error,
    };
    tracing::warn!(error = &error as &dyn std::error::Error, "nobody was signed in");
    failed(console, headers, shown(&error), next)
}

/// The status, and what the person reads.
fn shown(error: &OidcSignInError) -> (StatusCode, String) {
    let (status, text) = match error {
        OidcSignInError::Attempt => (
            StatusCode::BAD_REQUEST,
            "This sign-in was begun too long ago, or in another browser. Sign in again.",
        ),
        OidcSignInError::Declined(error) if error == "access_denied" => (
            StatusCode::FORBIDDEN,
            "You were not signed in: it was cancelled, or you are not assigned to this console \
             there.",
        ),
        OidcSignInError::Busy => (
            StatusCode::TOO_MANY_REQUESTS,
            "Many people sign in at this moment. Try again in a few seconds.",
        ),
        OidcSignInError::NoAnswer(_) | OidcSignInError::Keys(_) => (
            StatusCode::BAD_GATEWAY,
            "The sign-in service of your organisation does not answer. Try again in a moment; if it \
             lasts, tell whoever runs this console.",
        ),
        OidcSignInError::Declined(_)
        | OidcSignInError::Provider(_)
        | OidcSignInError::Refused(_)
        | OidcSignInError::Answer(_)
        | OidcSignInError::Token(_) => (
            StatusCode::FORBIDDEN,
            "You were not signed in: what the sign-in service of your organisation answered cannot \
             be used. Tell whoever runs this console, and when it was; its log says more.",
        ),
        OidcSignInError::NoRole { user_name } => {
            let text = format!(
                "{user_name} has no role in this console. Ask your administrator for one, then sign \
                 in again."
            );
            return (StatusCode::FORBIDDEN, text);
        }
        OidcSignInError::Store(_) => (StatusCode::SERVICE_UNAVAILABLE, "Try again in a moment."),
    };
    (status, text.to_owned())
}
