use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY,
    X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use futures_util::FutureExt as _;
use tokio::time::Instant;

use super::coding;
use crate::console::Console;
use crate::error::PageError;

/// Pages load what this service has and nothing else; scripts and styles in the page itself do not
/// run, so that text which became markup by a mistake can do nothing.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
                      font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; \
                      frame-ancestors 'none'";

/// Gives every answer the headers that all of them have. One line in the log a request, without its
/// query, which may name a person.
pub(crate) async fn frame(
    State(console): State<Arc<Console>>,
    mut request: Request,
    next: Next,
) -> Response {
    let started = Instant::now();
    coding::judge(request.headers_mut());
    let (method, uri) = (request.method().clone(), request.uri().clone());
    let answered = AssertUnwindSafe(next.run(request)).catch_unwind().await;
    let mut answer = answered.unwrap_or_else(|_panic| PageError::Panicked.into_response());
    complete(answer.headers_mut(), console.is_secure);
    tracing::info!(
        http.method = method.as_str(),
        http.path = uri.path(),
        http.status = answer.status().as_u16(),
        duration_us = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX),
        "page"
    );
    answer
}

fn complete(headers: &mut HeaderMap, is_secure: bool) {
    for (name, value) in HEADERS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if is_secure {
        let value = HeaderValue::from_static("max-age=31536000");
        headers.insert(STRICT_TRANSPORT_SECURITY, value);
    }
    // What is shown is for one person; even the way back asks again who that is.
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
}

const HEADERS: [(HeaderName, &str); 7] = [
    (CONTENT_SECURITY_POLICY, POLICY),
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (X_FRAME_OPTIONS, "DENY"),
    (REFERRER_POLICY, "same-origin"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=()"),
];
