//! Cross-origin access for browser scripts. A bearer token is needed anyway and no cookie is
//! read, so every origin may ask.

use axum::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_HEADERS,
    ACCESS_CONTROL_REQUEST_METHOD, ORIGIN, VARY,
};
use axum::http::{HeaderMap, HeaderValue};

/// What an answer to a request with `Origin` carries in addition.
pub(crate) fn write_to(answer: &mut HeaderMap) {
    answer.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    answer.insert(
        ACCESS_CONTROL_EXPOSE_HEADERS,
        HeaderValue::from_static(
            "ETag, Location, OData-EntityId, OData-Version, Preference-Applied, Retry-After, \
             WWW-Authenticate, client-request-id, request-id",
        ),
    );
}

/// Whether a browser asks for permission before the real request (Fetch standard, CORS-preflight).
pub(crate) fn is_preflight(request: &HeaderMap) -> bool {
    request.contains_key(ORIGIN) && request.contains_key(ACCESS_CONTROL_REQUEST_METHOD)
}

/// The permission: the methods of the resource, and whatever headers were asked for.
pub(crate) fn write_preflight(request: &HeaderMap, allow: HeaderValue, answer: &mut HeaderMap) {
    answer.insert(ACCESS_CONTROL_ALLOW_METHODS, allow);
    if let Some(asked) = request.get(ACCESS_CONTROL_REQUEST_HEADERS) {
        answer.insert(ACCESS_CONTROL_ALLOW_HEADERS, asked.clone());
        answer.append(VARY, HeaderValue::from_static("Access-Control-Request-Headers"));
    }
    answer.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("3600"));
}
