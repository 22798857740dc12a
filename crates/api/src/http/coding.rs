use axum::http::header::ACCEPT_ENCODING;
use axum::http::{HeaderMap, HeaderValue};

/// Has every client take an answer without coding as a last resort. Otherwise the compression
/// would turn the answer of a write that is done already into a 406 (RFC 9110 section 12.5.3 asks
/// for no such thing).
pub(super) fn allow_identity(request: &mut HeaderMap) {
    let asked: Vec<_> = request.get_all(ACCEPT_ENCODING).iter().cloned().collect();
    if asked.is_empty() {
        return;
    }
    // In front, because the first of two weights of a coding counts.
    request.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity;q=0.001"));
    for line in asked {
        request.append(ACCEPT_ENCODING, line);
    }
}
