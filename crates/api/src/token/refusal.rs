use axum::Json;
use axum::http::header::{RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use identity::OAuthError;

/// An error in the shape of RFC 6749 section 5.2. A client that came with an `Authorization`
/// header learns which scheme would do.
pub(super) fn refusal(error: &OAuthError, by_header: bool) -> Response {
    let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::BAD_REQUEST);
    if status.is_server_error() {
        tracing::error!(error = error as &dyn std::error::Error, "no token could be issued");
    }
    let mut answer = (status, Json(error.body())).into_response();
    if status == StatusCode::UNAUTHORIZED && by_header {
        let challenge = HeaderValue::from_static("Basic realm=\"nowgraph\"");
        answer.headers_mut().insert(WWW_AUTHENTICATE, challenge);
    }
    if status == StatusCode::SERVICE_UNAVAILABLE {
        answer.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("1"));
    }
    answer
}
