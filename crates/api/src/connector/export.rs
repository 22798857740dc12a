//! The audit log as JSON lines, for programs that collect logs: all of it in one answer, which is
//! read page by page while it is sent.

use std::io;

use axum::body::Body;
use axum::http::header::ACCEPT;
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
use futures_util::stream::{self, Stream};
use futures_util::{StreamExt as _, future};
use identity::authorize;
use model::TenantId;
use odata::expr::{OrderBy, evaluate};
use odata::payload::{ContextUrl, Format, MetadataLevel, write_entity};
use odata::query::{QueryOptions, Target};
use odata::value::Value;
use store::{ListQuery, Store};

use super::edm::edm;
use super::sets::AUDIT;
use crate::app::App;
use crate::error::ApiError;
use crate::graph::ask::{Ask, text};
use crate::graph::{answer, paging};

/// The type of such an answer.
const LINES: &str = "application/x-ndjson";
const SHORT: &str = "ndjson";
const PAGE: u64 = 1000;

/// Whether `Accept` or `$format` asks for lines.
pub(super) fn is_wanted(ask: &Ask) -> bool {
    let is_lines = |range: &str| {
        let essence = range.split(';').next().unwrap_or_default().trim();
        essence.eq_ignore_ascii_case(LINES)
    };
    match paging::apart(&ask.query, "format") {
        Ok((Some(format), _)) => format.eq_ignore_ascii_case(SHORT) || is_lines(&format),
        Ok((None, _)) => text(&ask.headers, &ACCEPT).is_some_and(|it| it.split(',').any(is_lines)),
        Err(_) => false,
    }
}

/// `GET /connector/v1/auditEvents` as lines: 200 with all that the options pick.
pub(super) async fn audit(app: &App, ask: &Ask) -> Result<Response, ApiError> {
    authorize(&ask.principal, AUDIT.access)?;
    let all = AUDIT.collection();
    let mut options = ask.options_of(edm(), all.ty(edm())?, Target::Collection)?;
    options.format = None;
    refuse(&options)?;
    let sort = match options.order_by.as_slice() {
        [] => crate::service::by_default(edm(), all.ty(edm())?, &all),
        sort => sort.to_vec(),
    };
    let order = AUDIT.entities.table.complete_order(&sort);
    let left = options.top.unwrap_or(u64::MAX);
    let tenant = ask.principal.tenant;
    let export = Export { store: app.store.clone(), tenant, options, order, after: None, left };
    // What is wrong at once is answered as an error.
    let (first, rest) = export.page().await?;
    let first = stream::once(future::ready(Ok::<_, io::Error>(first)));
    let body = Body::from_stream(first.chain(pages(rest)));
    Ok(answer::typed(StatusCode::OK, HeaderValue::from_static(LINES), body))
}

/// Of a text that goes on there is no next page, and a line is an event as it is.
fn refuse(options: &QueryOptions) -> Result<(), ApiError> {
    let given = [
        ("$apply", options.apply.is_some()),
        ("$compute", !options.compute.is_empty()),
        ("$count", options.count == Some(true)),
        ("$search", options.search.is_some()),
        ("$skip", options.skip.is_some()),
        ("$skiptoken", options.skip_token.is_some()),
    ];
    match given.iter().find(|(_, given)| *given) {
        Some((name, _)) => Err(ApiError::NotServed(format!("{name} of JSON lines"))),
        None => Ok(()),
    }
}

struct Export {
    store: Store,
    tenant: TenantId,
    options: QueryOptions,
    order: Vec<OrderBy>,
    after: Option<Vec<Value>>,
    left: u64,
}

/// Lines, and what follows them.
type Page = (String, Option<Export>);

impl Export {
    async fn page(mut self) -> Result<Page, ApiError> {
        let query = ListQuery {
            filter: self.options.filter.as_ref(),
            order: &self.order,
            after: self.after.as_deref(),
            limit: self.left.min(PAGE),
            ..ListQuery::default()
        };
        let listed = self.store.list_entities(self.tenant, AUDIT.entities, &query).await?;
        let format = Format { metadata: MetadataLevel::None, ..Format::default() };
        let context = || ContextUrl::entity("", AUDIT.path, self.options.select.as_ref());
        let lines = listed.items.iter().map(|item| write_entity(edm(), item, context(), format));
        let lines = lines.map(|line| line + "\n").collect();
        self.left -= u64::try_from(listed.items.len()).unwrap_or(self.left).min(self.left);
        let last = listed.items.last().filter(|_| listed.more && self.left > 0);
        let Some(last) = last else { return Ok((lines, None)) };
        let position = self.order.iter().map(|key| evaluate(&key.expr, last));
        self.after = Some(position.collect::<Result<_, _>>()?);
        Ok((lines, Some(self)))
    }
}

/// The answer has begun: what goes wrong now breaks the connection off, so that nobody takes it for
/// whole.
fn pages(rest: Option<Export>) -> impl Stream<Item = Result<String, io::Error>> {
    stream::try_unfold(rest, async |rest| {
        let Some(export) = rest else { return Ok(None) };
        export.page().await.map(Some).map_err(|error| {
            tracing::error!(error = &error as &dyn std::error::Error, "an export was broken off");
            io::Error::other(error)
        })
    })
}
