//! Answers of the OData services.

use axum::body::Body;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::Response;
use odata::payload::Format;

use super::version::{ODATA_VERSION, UNASKED};

const PREFERENCE_APPLIED: HeaderName = HeaderName::from_static("preference-applied");

/// A JSON body in the agreed format.
pub(crate) fn json(status: StatusCode, format: Format, body: String) -> Response {
    typed(status, HeaderValue::from_static(format.content_type()), Body::from(body))
}

/// A plain value.
pub(crate) fn text(body: String) -> Response {
    typed(StatusCode::OK, HeaderValue::from_static("text/plain"), Body::from(body))
}

/// A plain value that is no text.
pub(crate) fn bytes(body: Vec<u8>) -> Response {
    let content_type = HeaderValue::from_static("application/octet-stream");
    typed(StatusCode::OK, content_type, Body::from(body))
}

/// A body of another type.
pub(crate) fn typed(status: StatusCode, content_type: HeaderValue, body: Body) -> Response {
    let mut answer = empty(status);
    *answer.body_mut() = body;
    answer.headers_mut().insert(CONTENT_TYPE, content_type);
    answer
}

/// No body, and so no `Content-Type`. Who asked for another version is told so where the request is
/// known.
pub(crate) fn empty(status: StatusCode) -> Response {
    let mut answer = Response::new(Body::empty());
    *answer.status_mut() = status;
    answer.headers_mut().insert(ODATA_VERSION, HeaderValue::from_static(UNASKED));
    answer
}

/// Adds a header whose value we made ourselves of checked parts.
pub(crate) fn header(answer: &mut Response, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        answer.headers_mut().insert(name, value);
    }
}

/// Says which preferences were honoured (RFC 7240 section 3).
pub(crate) fn preference_applied(answer: &mut Response, applied: Option<String>) {
    if let Some(applied) = applied {
        header(answer, PREFERENCE_APPLIED, &applied);
    }
}
