use axum::http::header::ACCEPT_ENCODING;
use axum::http::{HeaderMap, HeaderValue};
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{
    And, DefaultPredicate, NotForContentType, Predicate as _,
};

type Compressed = And<And<DefaultPredicate, NotForContentType>, NotForContentType>;

/// Compresses what gets shorter by it. Steps of a test come one by one, which it would hold back.
pub(crate) fn compression() -> CompressionLayer<Compressed> {
    let compressed = DefaultPredicate::new()
        .and(NotForContentType::const_new("application/x-ndjson"))
        .and(NotForContentType::const_new("font/woff2"));
    CompressionLayer::new().compress_when(compressed)
}

/// An answer that another site has asked for with words of its choice is not compressed: who also
/// sees how long it is would learn by and by what else is in it. Any client takes it without coding
/// as a last resort, so that no answer becomes a 406.
pub(super) fn judge(request: &mut HeaderMap) {
    let site = request.get("sec-fetch-site").map(HeaderValue::as_bytes);
    let is_ours = matches!(site, None | Some(b"same-origin" | b"none"));
    let asked: Vec<_> = request.get_all(ACCEPT_ENCODING).iter().cloned().collect();
    // In front, because the first of two weights of a coding counts.
    request.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity;q=0.001"));
    for line in asked.into_iter().filter(|_| is_ours) {
        request.append(ACCEPT_ENCODING, line);
    }
}
