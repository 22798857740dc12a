//! `If-Match` and `If-None-Match` (RFC 9110 section 13, OData 4.01 protocol 8.2.4 and 8.2.5).

use axum::http::header::{ETAG, IF_MATCH, IF_NONE_MATCH, VARY};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use odata::header::{Current, ETag, ETagCondition, PreconditionFailed, precondition};

use super::answer;
use super::ask::lines;
use crate::error::ApiError;

/// What a request makes depend on what there is.
#[derive(Debug, Clone)]
pub(crate) struct Conditions {
    if_match: Option<ETagCondition>,
    if_none_match: Option<ETagCondition>,
}

impl Conditions {
    /// Reads them.
    pub(super) fn of(headers: &HeaderMap) -> Result<Self, ApiError> {
        let read = |header, name| {
            ETagCondition::parse(lines(headers, header))
                .map_err(|_invalid| ApiError::Condition(name))
        };
        Ok(Self {
            if_match: read(&IF_MATCH, "If-Match")?,
            if_none_match: read(&IF_NONE_MATCH, "If-None-Match")?,
        })
    }

    /// Whether they hold.
    pub(crate) fn check(&self, current: Current<'_>) -> Result<(), PreconditionFailed> {
        precondition(self.if_match.as_ref(), self.if_none_match.as_ref(), current)
    }
}

/// The answer to a read, or what becomes of it by the conditions of the request: 304 where
/// `If-None-Match` fails, 412 where `If-Match` does. Without success they mean nothing (RFC 9110
/// section 13.2.1).
pub(super) fn conditional(headers: &HeaderMap, answer: Response) -> Result<Response, ApiError> {
    if !answer.status().is_success() {
        return Ok(answer);
    }
    let tag = answer.headers().get(ETAG).and_then(|tag| tag.to_str().ok());
    let tag: Option<ETag> = tag.map(str::parse).transpose()?;
    let current = match &tag {
        // There is no value, or no entity.
        None if answer.status() == StatusCode::NO_CONTENT => Current::Absent,
        None => Current::Untagged,
        Some(tag) => Current::Tagged(tag),
    };
    match Conditions::of(headers)?.check(current) {
        Ok(()) => Ok(answer),
        Err(PreconditionFailed::IfNoneMatch) => Ok(not_modified(&answer)),
        Err(failed @ PreconditionFailed::IfMatch) => Err(failed.into()),
    }
}

/// Without what is told of a body that is not sent (section 15.4.5).
fn not_modified(answer: &Response) -> Response {
    let mut unchanged = answer::empty(StatusCode::NOT_MODIFIED);
    for name in [ETAG, VARY] {
        if let Some(value) = answer.headers().get(&name) {
            unchanged.headers_mut().insert(name, value.clone());
        }
    }
    unchanged
}
