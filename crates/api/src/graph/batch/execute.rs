use std::panic::AssertUnwindSafe;

use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderMap, Method};
use axum::response::Response;
use futures_util::FutureExt as _;
use odata::batch::{Batch, Item, ItemAnswer, ItemError, ItemRequest};
use tokio::time::Instant;

use super::answer::item_answer;
use super::refer::{Answered, resolve};
use super::request::request;
use crate::app::App;
use crate::error::{ApiError, Place};
use crate::graph::ask::Ask;
use crate::graph::dispatch::{self, Origin};
use crate::graph::version;

/// Most bytes of bodies that are held, but for one: no item is begun beyond.
const MAX_HELD_BYTES: usize = 16 * 1024 * 1024;

/// Answers every item, one after the other in the order of their dependencies; the answers are in
/// the order of the batch. The first item is paid for by the batch.
pub(super) async fn all(
    app: &App,
    ask: &Ask,
    origin: &Origin<'_>,
    batch: Batch,
) -> Vec<ItemAnswer> {
    let mut answers: Vec<Option<Answered>> = batch.items.iter().map(|_| None).collect();
    let mut items: Vec<Option<Item>> = batch.items.into_iter().map(Some).collect();
    let mut paid = true;
    let mut held = 0_usize;
    for place in batch.order {
        let Some(item) = items.get_mut(place).and_then(Option::take) else { continue };
        let at = |place: usize| answers.get(place)?.as_ref();
        let succeeded = |place| at(place).is_some_and(Answered::succeeded);
        let wanted = match &item.condition {
            Some(condition) => condition.holds(succeeded),
            None => item.depends_on.iter().all(|place| succeeded(*place)),
        };
        let before: Vec<_> = item.depends_on.iter().filter_map(|place| at(*place)).collect();
        let paid = std::mem::take(&mut paid);
        let inherited = &ask.headers;
        let standing = Standing { wanted, before: &before, paid, held, inherited };
        let answered = one(app, ask, origin, (item.id, item.request), standing).await;
        held = held.saturating_add(answered.answer.body.as_bytes().len());
        if let Some(slot) = answers.get_mut(place) {
            *slot = Some(answered);
        }
    }
    answers.into_iter().flatten().map(|answered| answered.answer).collect()
}

/// What an item finds when its turn comes.
pub(super) struct Standing<'b> {
    /// Whether those before it became what it asks for.
    pub(super) wanted: bool,
    /// The items that it may refer to.
    pub(super) before: &'b [&'b Answered],
    /// Whether the limit on requests has let it through already.
    pub(super) paid: bool,
    /// Bytes of all bodies so far.
    pub(super) held: usize,
    /// Headers that it may have from the batch.
    pub(super) inherited: &'b HeaderMap,
}

/// Answers one item.
pub(super) async fn one(
    app: &App,
    ask: &Ask,
    origin: &Origin<'_>,
    (id, asked): (String, Result<ItemRequest, ItemError>),
    standing: Standing<'_>,
) -> Answered {
    let started = Instant::now();
    let built = match asked {
        _ if !standing.wanted => Err(ApiError::FailedDependency),
        Err(error) => Err(error.into()),
        Ok(_) if standing.held > MAX_HELD_BYTES => Err(ApiError::AnswersTooLong),
        Ok(mut asked) => {
            resolve(&mut asked, standing.before);
            request(asked, (ask.service.path, &origin.own_bases()), standing.inherited)
        }
    };
    let mut place = Place {
        ids: origin.ids.clone(),
        now: ask.now,
        url: ask.root.clone(),
        authority: origin.authority.clone(),
    };
    let (mut name, mut url, mut is_head) = (String::new(), String::new(), false);
    let mut version = None;
    let answered = match built {
        Err(error) => Err(error),
        Ok(request) => {
            place.ids = origin.ids.of_item(request.headers());
            place.url = format!("{}{}", origin.base, request.uri());
            name = format!("{} {}", request.method(), request.uri().path());
            url = format!("{}{}", origin.base, request.uri().path());
            is_head = request.method() == Method::HEAD;
            version = version::negotiated(request.headers()).ok();
            guarded(app, ask, request, standing.paid).await
        }
    };
    let mut answer = answered.unwrap_or_else(|error| error.into_response(&place));
    version::say(version, &mut answer);
    if is_head {
        // Alone it would go out without one, too.
        *answer.body_mut() = Body::empty();
    }
    tracing::info!(
        batch.item = id.as_str(),
        batch.request = name,
        http.status = answer.status().as_u16(),
        request.id = %place.ids.request,
        duration_us = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX),
        "request of a batch"
    );
    Answered { url, answer: item_answer(id, answer).await }
}

/// A panic is the end of this item only.
async fn guarded(app: &App, ask: &Ask, request: Request, paid: bool) -> Result<Response, ApiError> {
    let answer = dispatch::answer_item(app, ask, request, paid);
    AssertUnwindSafe(answer).catch_unwind().await.unwrap_or(Err(ApiError::Panicked))
}
