use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::response::Response;
use odata::header::{UnsupportedVersion, Version, negotiate_version};

/// The version of the protocol that a request agrees on. Items of a batch speak for themselves.
pub(super) fn negotiated(headers: &HeaderMap) -> Result<Version, UnsupportedVersion> {
    let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    negotiate_version(text(ODATA_MAX_VERSION), text(ODATA_VERSION))
}

/// Says the agreed version on an answer that names one; errors name none, as on Graph.
pub(super) fn say(version: Version, answer: &mut Response) {
    if let Some(said) = answer.headers_mut().get_mut(ODATA_VERSION) {
        *said = HeaderValue::from_static(version.as_str());
    }
}

/// OData 4.01 protocol section 8.1.5.
pub(super) const ODATA_VERSION: HeaderName = HeaderName::from_static("odata-version");
const ODATA_MAX_VERSION: HeaderName = HeaderName::from_static("odata-maxversion");
