use axum::http::HeaderValue;
use axum::http::header::{CACHE_CONTROL, CONNECTION, CONTENT_TYPE};
use axum::response::Response;
use http_body_util::BodyExt as _;
use odata::batch::{AnswerBody, ItemAnswer};

/// The answer to an item as the batch writes it. Its body is in memory already.
pub(super) async fn item_answer(id: String, answer: Response) -> ItemAnswer {
    let (mut parts, body) = answer.into_parts();
    let body = body.collect().await.map(|body| body.to_bytes().to_vec()).unwrap_or_default();
    parts.headers.remove(CONNECTION);
    parts.headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-cache"));
    let text = |value: &HeaderValue| value.to_str().map(str::to_owned).ok();
    let content_type = parts.headers.get(CONTENT_TYPE).and_then(text).unwrap_or_default();
    let headers = parts.headers.iter();
    ItemAnswer {
        id,
        status: parts.status.as_u16(),
        headers: headers
            .filter_map(|(name, value)| Some((name.to_string(), text(value)?)))
            .collect(),
        body: AnswerBody::of(&content_type, body),
    }
}
