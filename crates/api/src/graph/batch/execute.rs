use std::panic::AssertUnwindSafe;

use axum::extract::Request;
use axum::http::header::{HOST, LOCATION};
use axum::response::Response;
use futures_util::FutureExt as _;
use odata::batch::{Batch, Item, ItemAnswer};
use tokio::time::Instant;

use super::answer::item_answer;
use super::request::request;
use crate::app::App;
use crate::error::{ApiError, Place};
use crate::graph::ask::{self, Ask};
use crate::graph::dispatch::{self, Origin};

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
    let mut answers: Vec<Option<ItemAnswer>> = batch.items.iter().map(|_| None).collect();
    let mut items: Vec<Option<Item>> = batch.items.into_iter().map(Some).collect();
    let mut paid = true;
    let mut held = 0_usize;
    for place in batch.order {
        let Some(item) = items.get_mut(place).and_then(Option::take) else { continue };
        let before = item.depends_on.iter().filter_map(|place| answers.get(*place)?.as_ref());
        let before: Vec<_> = before.collect();
        let paid_now = std::mem::take(&mut paid);
        let answer =
            one(app, ask, origin, item, Standing { before: &before, paid: paid_now, held }).await;
        held = held.saturating_add(answer.body.bytes());
        if let Some(slot) = answers.get_mut(place) {
            *slot = Some(answer);
        }
    }
    answers.into_iter().flatten().collect()
}

/// What an item finds when its turn comes.
struct Standing<'b> {
    /// Answers to the items it depends on.
    before: &'b [&'b ItemAnswer],
    paid: bool,
    /// Bytes of all bodies so far.
    held: usize,
}

async fn one(
    app: &App,
    ask: &Ask,
    origin: &Origin<'_>,
    item: Item,
    standing: Standing<'_>,
) -> ItemAnswer {
    let started = Instant::now();
    let Item { id, request: asked, .. } = item;
    let failed = standing.before.iter().any(|answer| answer.status >= 400);
    let built = match asked {
        _ if failed => Err(ApiError::FailedDependency),
        Err(error) => Err(error.into()),
        Ok(_) if standing.held > MAX_HELD_BYTES => Err(ApiError::AnswersTooLong),
        Ok(mut asked) => {
            asked.url = referred(&asked.url, standing.before).unwrap_or(asked.url);
            let host = ask::text(&ask.headers, &HOST).map(|host| format!("http://{host}"));
            let bases = [Some(origin.base.as_str()), host.as_deref()];
            request(asked, &bases.into_iter().flatten().collect::<Vec<_>>())
        }
    };
    let mut place = Place {
        ids: origin.ids.clone(),
        now: ask.now,
        url: ask.root.clone(),
        authority: origin.authority.clone(),
    };
    let mut name = String::new();
    let answered = match built {
        Err(error) => Err(error),
        Ok(request) => {
            place.ids = origin.ids.of_item(request.headers());
            place.url = format!("{}{}", origin.base, request.uri());
            name = format!("{} {}", request.method(), request.uri().path());
            guarded(app, ask, request, standing.paid).await
        }
    };
    let answer = answered.unwrap_or_else(|error| error.into_response(&place));
    tracing::info!(
        batch.item = id.as_str(),
        batch.request = name,
        http.status = answer.status().as_u16(),
        request.id = %place.ids.request,
        duration_us = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX),
        "request of a batch"
    );
    item_answer(id, answer).await
}

/// A panic is the end of this item only.
async fn guarded(app: &App, ask: &Ask, request: Request, paid: bool) -> Result<Response, ApiError> {
    let answer = dispatch::answer_item(app, ask, request, paid);
    AssertUnwindSafe(answer).catch_unwind().await.unwrap_or(Err(ApiError::Panicked))
}

/// A URL that begins with `$` and the id of an item before stands for what that item made (JSON
/// format 4.01 section 19.1.2).
fn referred(url: &str, before: &[&ItemAnswer]) -> Option<String> {
    let reference = url.trim_start_matches('/').strip_prefix('$')?;
    let end = reference.find(['/', '?']).unwrap_or(reference.len());
    let (id, rest) = reference.split_at_checked(end)?;
    let answer = before.iter().find(|answer| answer.id == id)?;
    let mut headers = answer.headers.iter();
    let (_, location) = headers.find(|(name, _)| name.eq_ignore_ascii_case(LOCATION.as_str()))?;
    Some(format!("{location}{rest}"))
}
