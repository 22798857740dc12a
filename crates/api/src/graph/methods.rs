//! Which methods a resource has.

use axum::http::header::ALLOW;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::response::Response;
use odata::url::{Resource, Segment};

use super::answer;
use crate::error::ApiError;
use crate::http::cors;

pub(super) const READ: &str = "GET, HEAD, OPTIONS";
pub(super) const COLLECTION: &str = "GET, HEAD, POST, OPTIONS";
pub(super) const ENTITY: &str = "GET, HEAD, PATCH, DELETE, OPTIONS";
pub(super) const BATCH: &str = "POST, OPTIONS";

/// The value of `Allow`.
pub(super) fn allowed(resource: &Resource) -> &'static str {
    match resource {
        Resource::Path(path) => match path.segments.as_slice() {
            [Segment::Singleton { .. }, Segment::Navigation { .. }] => COLLECTION,
            [Segment::Singleton { .. }, Segment::Navigation { .. }, Segment::Key(_)] => ENTITY,
            _ => READ,
        },
        Resource::Batch => BATCH,
        Resource::ServiceDocument | Resource::Metadata => READ,
    }
}

/// Answers OPTIONS, a browser's preflight included; for anyone.
pub(super) fn options(resource: &Resource, request: &HeaderMap) -> Response {
    let allow = HeaderValue::from_static(allowed(resource));
    let mut answer = answer::empty(StatusCode::OK);
    if cors::is_preflight(request) {
        cors::write_preflight(request, allow.clone(), answer.headers_mut());
    }
    answer.headers_mut().insert(ALLOW, allow);
    answer
}

/// The refusal of any other method.
pub(super) fn refuse(method: &Method, resource: &Resource) -> ApiError {
    ApiError::MethodNotAllowed { method: method.to_string(), allow: allowed(resource) }
}
