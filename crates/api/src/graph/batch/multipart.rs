use axum::body::Body;
use axum::http::header::ACCEPT;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::Response;
use odata::batch::{MultipartAnswer, MultipartItem, read_multipart, write_multipart};
use odata::header::{accept_within, accepts_multipart};

use super::MAX_ITEMS;
use super::execute::{Standing, one};
use super::refer::Answered;
use crate::app::App;
use crate::error::ApiError;
use crate::graph::answer as answers;
use crate::graph::ask::{self, Ask};
use crate::graph::dispatch::Origin;
use crate::http::body::read;

/// `POST /$batch` as `multipart/mixed`: 200 with an answer for each request up to the first that
/// fails, or up to the last with `Prefer: continue-on-error`; 400 if the batch itself cannot be read.
pub(super) async fn handle(
    app: &App,
    ask: &Ask,
    origin: &Origin<'_>,
    (content_type, option): (&str, Option<String>),
    body: Body,
) -> Result<Response, ApiError> {
    let accept = ask::text(&ask.headers, &ACCEPT);
    if option.is_some() || !accepts_multipart(accept.as_deref()) {
        return Err(ApiError::MultipartNotAccepted);
    }
    let body = read(&ask.headers, body).await?;
    let items = read_multipart(content_type, &body, MAX_ITEMS)?;
    let prefer = ask.prefer_of_batch();
    let inherited = inherited(&ask.headers, accept.as_deref());
    let answered = in_turn(app, ask, origin, (items, &inherited), prefer.continue_on_error).await;
    let boundary = format!("batchresponse_{}", app.rng.uuid());
    let body = write_multipart(&answered, &boundary);
    let content_type = format!("multipart/mixed; boundary={boundary}");
    let content_type =
        HeaderValue::from_str(&content_type).map_err(|_syntax| ApiError::Malformed)?;
    let mut answer = answers::typed(StatusCode::OK, content_type, Body::from(body));
    answers::preference_applied(&mut answer, prefer.applied());
    Ok(answer)
}

/// What requests have of the headers of the batch.
fn inherited(batch: &HeaderMap, accept: Option<&str>) -> HeaderMap {
    let mut headers = batch.clone();
    headers.remove(ACCEPT);
    let accept = accept.and_then(accept_within).map(HeaderValue::try_from);
    if let Some(Ok(accept)) = accept {
        headers.insert(ACCEPT, accept);
    }
    headers
}

/// Answers the requests in their order; the first is paid for by the batch.
async fn in_turn(
    app: &App,
    ask: &Ask,
    origin: &Origin<'_>,
    (items, inherited): (Vec<MultipartItem>, &HeaderMap),
    continues: bool,
) -> Vec<MultipartAnswer> {
    let mut all: Vec<Answered> = Vec::new();
    let mut change_sets = Vec::new();
    let mut held = 0_usize;
    for (place, item) in items.into_iter().enumerate() {
        let before: Vec<_> = all.iter().collect();
        let paid = place == 0;
        let standing = Standing { wanted: true, before: &before, paid, held, inherited };
        let named = (item.id.unwrap_or_default(), item.request);
        let answered = one(app, ask, origin, named, standing).await;
        held = held.saturating_add(answered.answer.body.as_bytes().len());
        let failed = answered.answer.status >= 400;
        all.push(answered);
        change_sets.push(item.is_change_set);
        if failed && !continues {
            break;
        }
    }
    let answers = all.into_iter().map(|answered| answered.answer).zip(change_sets);
    answers
        .map(|(answer, is_change_set)| {
            let status = StatusCode::from_u16(answer.status).ok();
            let reason = status.and_then(|status| status.canonical_reason()).unwrap_or_default();
            MultipartAnswer { answer, reason, is_change_set }
        })
        .collect()
}
