use axum::http::{HeaderMap, HeaderValue};
use model::Rng;
use uuid::Uuid;

/// How one request is called in headers, errors and the log.
#[derive(Debug, Clone)]
pub(crate) struct RequestIds {
    /// Ours; new for every request.
    pub(crate) request: Uuid,
    /// The caller's `client-request-id`, or ours again.
    pub(crate) client: HeaderValue,
}

impl RequestIds {
    /// Takes the caller's id as it is, unless it is unreasonably long or not printable.
    pub(crate) fn new(headers: &HeaderMap, rng: &dyn Rng) -> Self {
        let request = rng.uuid();
        let client = client_id(headers).unwrap_or_else(|| header(request));
        Self { request, client }
    }

    /// The ids of an item of this batch: its own `client-request-id`, if it has one.
    pub(crate) fn of_item(&self, headers: &HeaderMap) -> Self {
        let client = client_id(headers).unwrap_or_else(|| self.client.clone());
        Self { client, ..*self }
    }

    /// The caller's id as text.
    pub(crate) fn client_text(&self) -> &str {
        self.client.to_str().unwrap_or_default()
    }

    /// Adds both to an answer.
    pub(crate) fn write_to(&self, headers: &mut HeaderMap) {
        headers.insert("request-id", header(self.request));
        headers.insert("client-request-id", self.client.clone());
    }
}

fn client_id(headers: &HeaderMap) -> Option<HeaderValue> {
    let fits =
        |value: &&HeaderValue| value.len() <= 128 && value.to_str().is_ok_and(|id| !id.is_empty());
    headers.get("client-request-id").filter(fits).cloned()
}

fn header(id: Uuid) -> HeaderValue {
    let mut text = Uuid::encode_buffer();
    let text = id.as_hyphenated().encode_lower(&mut text);
    HeaderValue::from_str(text).unwrap_or(HeaderValue::from_static(""))
}
