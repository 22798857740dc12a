use std::sync::LazyLock;

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
use odata::csdl;

use super::answer;
use super::edm::edm;

/// `GET /beta/$metadata`: CSDL XML, also for anonymous callers.
pub(crate) fn handle() -> Response {
    static BODY: LazyLock<String> = LazyLock::new(xml);
    let content_type = HeaderValue::from_static("application/xml");
    answer::typed(StatusCode::OK, content_type, Body::from(BODY.as_str()))
}

/// The `$metadata` document.
pub fn xml() -> String {
    csdl::write_xml(edm())
}
