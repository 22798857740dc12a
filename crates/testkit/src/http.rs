use axum::Router;
use axum::body::Body;
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, HOST};
use axum::http::request::Builder;
use axum::http::{HeaderMap, Method, Request};
use http_body_util::BodyExt as _;
use serde_json::Value;
use tower::ServiceExt as _;

/// A request to the router under construction.
#[derive(Debug)]
pub struct Call {
    router: Router,
    request: Builder,
    body: Body,
}

/// What came back, read to the end.
#[derive(Debug)]
pub struct Answer {
    /// Status code.
    pub status: u16,
    /// All headers.
    pub headers: HeaderMap,
    /// The whole body.
    pub body: Vec<u8>,
}

impl Call {
    pub(crate) fn new(router: Router, method: Method, path: &str) -> Self {
        let request = Request::builder().method(method).uri(path).header(HOST, "127.0.0.1:8080");
        Self { router, request, body: Body::empty() }
    }

    /// Adds a header.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.request = self.request.header(name, value);
        self
    }

    /// Sends this access token.
    #[must_use]
    pub fn token(self, token: &str) -> Self {
        self.header(AUTHORIZATION.as_str(), &format!("Bearer {token}"))
    }

    /// Sends this JSON.
    #[must_use]
    pub fn json(self, value: &Value) -> Self {
        self.header(CONTENT_TYPE.as_str(), "application/json").bytes(value.to_string())
    }

    /// Sends these bytes.
    #[must_use]
    pub fn bytes(self, body: impl Into<Vec<u8>>) -> Self {
        self.body(Body::from(body.into()))
    }

    /// Sends this body.
    #[must_use]
    pub fn body(mut self, body: Body) -> Self {
        self.body = body;
        self
    }

    /// Sends it and reads the answer.
    pub async fn send(self) -> Answer {
        let request = self.request.body(self.body).unwrap();
        let (parts, body) = self.router.oneshot(request).await.unwrap().into_parts();
        let body = body.collect().await.unwrap().to_bytes().to_vec();
        Answer { status: parts.status.as_u16(), headers: parts.headers, body }
    }
}

impl Answer {
    /// A header as text; empty where it is missing.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The body as text.
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("no JSON: {}", self.text()))
    }

    /// Fails unless the status is this one.
    #[track_caller]
    #[expect(clippy::return_self_not_must_use, reason = "often the status is all")]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", String::from_utf8_lossy(&self.body));
        self
    }

    /// Fails unless this is an error of Graph's shape; answers its message.
    #[track_caller]
    pub fn error(self, status: u16, code: &str) -> String {
        let answer = self.expect(status);
        assert_eq!(answer.header("content-type"), "application/json");
        let error = answer.json()["error"].clone();
        assert_eq!(error["code"], code, "{error}");
        let inner = &error["innerError"];
        let date = inner["date"].as_str().unwrap();
        assert_eq!((date.len(), &date[10..11]), (19, "T"), "{date}");
        assert_eq!(inner["request-id"], answer.header("request-id"));
        assert_eq!(inner["client-request-id"], answer.header("client-request-id"));
        let message = error["message"].as_str().unwrap();
        assert!(!message.is_empty());
        message.to_owned()
    }
}
