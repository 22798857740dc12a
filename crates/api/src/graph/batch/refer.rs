//! What an item says by naming another that came before it (JSON format 4.01 sections 19.1 to 19.3).

use axum::http::header::{ETAG, IF_MATCH, IF_NONE_MATCH, LOCATION};
use odata::batch::{AnswerBody, ItemAnswer, ItemRequest};
use serde_json::Value;

/// An item that was answered.
#[derive(Debug)]
pub(super) struct Answered {
    /// Where it went, without query; empty if it went nowhere.
    pub(super) url: String,
    pub(super) answer: ItemAnswer,
}

impl Answered {
    pub(super) fn succeeded(&self) -> bool {
        (200..300).contains(&self.answer.status)
    }

    fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.answer.headers.iter();
        headers.find(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// URL of the entity that it made or answered.
    fn entity(&self) -> Option<&str> {
        self.header(LOCATION.as_str()).or_else(|| self.header("odata-entityid")).or_else(|| {
            let AnswerBody::Json(body) = &self.answer.body else { return None };
            let body: Value = serde_json::from_str(body).ok()?;
            let context = body.get("@odata.context").or_else(|| body.get("@context"))?;
            context.as_str()?.ends_with("/$entity").then_some(self.url.as_str())
        })
    }
}

/// What goes before a request of that name (protocol section 11.7.4).
const SYSTEM: [&str; 7] = ["all", "batch", "crossjoin", "entity", "id", "metadata", "root"];

/// Puts what is meant in the place of references, in URL and conditions, to items before.
pub(super) fn resolve(request: &mut ItemRequest, before: &[&Answered]) {
    let named = |id: &str| before.iter().find(|answered| answered.answer.id == id);
    let of = |id: &str| if id.is_empty() { None } else { named(id) };
    if let Some(reference) = request.url.trim_start_matches('/').strip_prefix('$') {
        let end = reference.find(['/', '?']).unwrap_or(reference.len());
        let (id, rest) = reference.split_at(end);
        let entity = of(id).filter(|_| !SYSTEM.iter().any(|own| own.eq_ignore_ascii_case(id)));
        if let Some(entity) = entity.and_then(|answered| answered.entity()) {
            request.url = format!("{entity}{rest}");
        }
    }
    for (name, value) in &mut request.headers {
        let condition =
            [IF_MATCH, IF_NONE_MATCH].iter().any(|it| name.eq_ignore_ascii_case(it.as_str()));
        let id = value.trim().strip_prefix('$').filter(|_| condition);
        if let Some(etag) = id.and_then(of).and_then(|answered| answered.header(ETAG.as_str())) {
            *value = etag.to_owned();
        }
    }
}
