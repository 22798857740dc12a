//! Which methods a resource has.

use axum::http::header::ALLOW;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::response::Response;
use odata::url::{Resource, ResourcePath, Segment};

use super::answer;
use crate::error::ApiError;
use crate::http::cors;
use crate::service::Service;

pub(super) const READ: &str = "GET, HEAD, OPTIONS";
const COLLECTION: &str = "GET, HEAD, POST, OPTIONS";
const ENTITY: &str = "GET, HEAD, PATCH, DELETE, OPTIONS";
const BATCH: &str = "POST, OPTIONS";

/// The value of `Allow`. Only Graph's connections can be changed.
pub(super) fn allowed(service: &Service, resource: &Resource) -> &'static str {
    match resource {
        Resource::Path(path) => allowed_at(service, path),
        Resource::Batch => BATCH,
        Resource::ServiceDocument | Resource::Metadata => READ,
    }
}

fn allowed_at(service: &Service, path: &ResourcePath) -> &'static str {
    match path.segments.as_slice() {
        _ if !service.is_graph() => READ,
        [Segment::Singleton { .. }, Segment::Navigation { .. }] => COLLECTION,
        [Segment::Singleton { .. }, Segment::Navigation { .. }, Segment::Key(_)] => ENTITY,
        _ => READ,
    }
}

/// Answers OPTIONS, a browser's preflight included; for anyone.
pub(super) fn options(allow: &'static str, request: &HeaderMap) -> Response {
    let allow = HeaderValue::from_static(allow);
    let mut answer = answer::empty(StatusCode::OK);
    if cors::is_preflight(request) {
        cors::write_preflight(request, allow.clone(), answer.headers_mut());
    }
    answer.headers_mut().insert(ALLOW, allow);
    answer
}

/// The refusal of any other method.
pub(super) fn refuse(service: &Service, method: &Method, resource: &Resource) -> ApiError {
    let allow = allowed(service, resource);
    ApiError::MethodNotAllowed { method: method.to_string(), allow }
}

/// The same for a path.
pub(super) fn refuse_path(service: &Service, method: &Method, path: &ResourcePath) -> ApiError {
    let allow = allowed_at(service, path);
    ApiError::MethodNotAllowed { method: method.to_string(), allow }
}
