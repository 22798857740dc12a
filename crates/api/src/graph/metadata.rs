use std::sync::LazyLock;

use axum::body::Body;
use axum::http::header::VARY;
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
use odata::csdl;
use odata::header::MetadataFormat;

use super::answer;
use super::edm::edm;

/// `GET /beta/$metadata`: CSDL as XML or JSON, also for anonymous callers.
pub(crate) fn handle(format: MetadataFormat) -> Response {
    static XML: LazyLock<String> = LazyLock::new(|| metadata(MetadataFormat::Xml));
    static JSON: LazyLock<String> = LazyLock::new(|| metadata(MetadataFormat::Json));
    let (content_type, body) = match format {
        MetadataFormat::Xml => ("application/xml", XML.as_str()),
        MetadataFormat::Json => ("application/json", JSON.as_str()),
    };
    let content_type = HeaderValue::from_static(content_type);
    let mut answer = answer::typed(StatusCode::OK, content_type, Body::from(body));
    answer.headers_mut().insert(VARY, HeaderValue::from_static("accept"));
    answer
}

/// The `$metadata` document.
pub fn metadata(format: MetadataFormat) -> String {
    match format {
        MetadataFormat::Xml => csdl::write_xml(edm()),
        MetadataFormat::Json => csdl::write_json(edm()),
    }
}
