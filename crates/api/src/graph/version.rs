use axum::http::header::VARY;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::response::Response;
use odata::header::{UnsupportedVersion, Version, negotiate_version};

use crate::error::ApiError;

/// What the headers of the protocol make of a request: it is not for us, or is answered in a version.
pub(super) fn agreed(headers: &HeaderMap) -> Result<Version, ApiError> {
    let asked = ISOLATION.iter().any(|name| headers.contains_key(name));
    if asked { Err(ApiError::Isolation) } else { Ok(negotiated(headers)?) }
}

/// The version of the protocol that a request agrees on.
pub(super) fn negotiated(headers: &HeaderMap) -> Result<Version, UnsupportedVersion> {
    let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    negotiate_version(text(ODATA_MAX_VERSION), text(ODATA_VERSION))
}

/// Says the version of an answer: the agreed one, or 4.0 where there is none. Answers that succeed
/// without being of OData name no version, and get none (OData 4.01 protocol section 8.1.5).
pub(super) fn say(version: Option<Version>, answer: &mut Response) {
    let is_refusal = answer.status().is_client_error() || answer.status().is_server_error();
    if is_refusal || answer.headers().contains_key(ODATA_VERSION) {
        let said = version.map_or(UNASKED, Version::as_str);
        answer.headers_mut().insert(ODATA_VERSION, HeaderValue::from_static(said));
    }
}

/// Tells caches that the answer is of a version (OData 4.01 protocol section 8.3, `Vary`).
pub(super) fn vary(answer: &mut Response) {
    if answer.headers().contains_key(ODATA_VERSION) {
        answer.headers_mut().append(VARY, HeaderValue::from_static("odata-maxversion"));
    }
}

/// The version of answers to clients who say nothing of one: those of Graph speak 4.0.
pub(super) const UNASKED: &str = "4.0";
/// OData 4.01 protocol section 8.1.5.
pub(super) const ODATA_VERSION: HeaderName = HeaderName::from_static("odata-version");
pub(super) const ODATA_MAX_VERSION: HeaderName = HeaderName::from_static("odata-maxversion");
/// Protocol section 8.2.4: a service that keeps no snapshots must not process the request.
const ISOLATION: [HeaderName; 2] =
    [HeaderName::from_static("isolation"), HeaderName::from_static("odata-isolation")];
