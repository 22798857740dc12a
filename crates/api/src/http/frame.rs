use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::header::{CACHE_CONTROL, ORIGIN, STRICT_TRANSPORT_SECURITY, USER_AGENT};
use axum::http::{HeaderMap, HeaderValue, Method, Uri};
use axum::middleware::Next;
use axum::response::Response;
use futures_util::FutureExt as _;
use tokio::time::Instant;

use super::ids::RequestIds;
use super::service_root::Transport;
use super::unread::Unread;
use super::{coding, cors};
use crate::app::App;
use crate::error::{ApiError, Place};

/// Shape of Graph's header; clients log it and read nothing from it.
const DIAGNOSTIC: &str = r#"{"ServerInfo":{"DataCenter":"nowgraph","Slice":"E","Ring":"4","ScaleUnit":"000","RoleInstance":"0"}}"#;

/// Most bytes of header names and values; what connections may send beyond is read only to be
/// answered.
const MAX_HEADER_BYTES: usize = 64 * 1024;

/// Gives every request its ids, and every answer the headers that all of them have. One line in
/// the log a request.
pub(crate) async fn frame(
    State(app): State<Arc<App>>,
    mut request: Request,
    next: Next,
) -> Response {
    let started = Instant::now();
    let ids = RequestIds::new(request.headers(), app.rng.as_ref());
    let seen = Seen::of(&request);
    request.extensions_mut().insert(ids.clone());
    coding::allow_identity(request.headers_mut());
    let place = || Place::outside_graph(ids.clone(), app.clock.now(), seen.uri.path());
    let (request, unread) = Unread::of(request);
    let mut answer = if length(request.headers()) > MAX_HEADER_BYTES {
        ApiError::HeadersTooLong.into_response(&place())
    } else {
        survive(next.run(request), place).await
    };
    if let Some(unread) = unread {
        unread.discard().await;
    }
    let headers = answer.headers_mut();
    complete(headers, &ids, app.transport);
    if seen.cross_origin {
        cors::write_to(headers);
    }
    tracing::info!(
        http.method = seen.method.as_str(),
        http.path = seen.uri.path(),
        http.status = answer.status().as_u16(),
        http.user_agent = seen.user_agent(),
        request.id = %ids.request,
        request.client_id = ids.client_text(),
        duration_us = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX),
        "request"
    );
    answer
}

/// Names and values together.
fn length(headers: &HeaderMap) -> usize {
    headers.iter().map(|(name, value)| name.as_str().len() + value.len()).sum()
}

/// Adds what all answers have.
pub(crate) fn complete(headers: &mut HeaderMap, ids: &RequestIds, transport: Transport) {
    ids.write_to(headers);
    if transport == Transport::Tls {
        headers.insert(STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000"));
    }
    headers.insert("x-ms-ags-diagnostic", HeaderValue::from_static(DIAGNOSTIC));
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-cache"));
}

/// Turns a panic into a 500 in Graph's shape. No state is left half changed: transactions that
/// were under way are rolled back.
async fn survive(
    answer: impl Future<Output = Response>,
    place: impl FnOnce() -> Place,
) -> Response {
    let answered = AssertUnwindSafe(answer).catch_unwind().await;
    answered.unwrap_or_else(|_panic| ApiError::Panicked.into_response(&place()))
}

/// What is still needed of a request when its answer is there. The log has neither query, which
/// may hold personal data, nor token.
struct Seen {
    method: Method,
    uri: Uri,
    user_agent: Option<HeaderValue>,
    cross_origin: bool,
}

impl Seen {
    /// Copies nothing: all of these share what they are made of.
    fn of(request: &Request) -> Self {
        Self {
            method: request.method().clone(),
            uri: request.uri().clone(),
            user_agent: request.headers().get(USER_AGENT).cloned(),
            cross_origin: request.headers().contains_key(ORIGIN),
        }
    }

    /// Empty where there is none, or none that is text.
    fn user_agent(&self) -> &str {
        self.user_agent.as_ref().and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use http_body_util::BodyExt as _;
    use model::{Rng, Timestamp};

    use super::*;

    #[derive(Debug)]
    struct Zeros;

    impl Rng for Zeros {
        fn fill(&self, buffer: &mut [u8]) {
            buffer.fill(0);
        }
    }

    fn place() -> Place {
        let ids = RequestIds::new(&HeaderMap::new(), &Zeros);
        Place::outside_graph(ids, Timestamp::from_unix(0, 0), "/beta")
    }

    #[tokio::test]
    async fn a_panic_is_answered_and_its_words_stay_inside() {
        let handler = async {
            tokio::task::yield_now().await;
            panic!("a secret")
        };
        let answer = survive(handler, place).await;
        assert_eq!(answer.status(), 500);
        let body = answer.into_body().collect().await.unwrap().to_bytes();
        let body: serde_json::Value = serde_json::from_slice(&body).unwrap();
        assert_eq!(body["error"]["code"], "InternalServerError");
        assert!(body["error"]["message"].as_str().unwrap().contains("An error has occurred"));
        assert_eq!(body["error"]["innerError"]["date"], "1970-01-01T00:00:00");
        assert!(!body.to_string().contains("secret"));
    }

    #[tokio::test]
    async fn other_answers_pass() {
        let answer = survive(async { Response::new(Body::from("x")) }, place).await;
        assert_eq!(answer.status(), 200);
    }
}
