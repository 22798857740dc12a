use axum::http::StatusCode;
use axum::response::Response;
use odata::apply::Plan;
use odata::edm::Edm;
use odata::expr::Expr;
use odata::payload::{ContextUrl, Page, write_collection};
use odata::query::QueryOptions;
use store::ApplyQuery;

use super::Shown;
use super::collection::Collection;
use super::compute::Computing;
use super::shape::shape;
use crate::app::App;
use crate::error::ApiError;
use crate::graph::answer;
use crate::graph::ask::Ask;
use crate::graph::paging::{self, Paging, Seal};

/// `GET` of what `$apply` makes of a collection: 200 with a page, `@odata.nextLink` while there
/// are more. All other options are about the result (OData Aggregation 4.0, section on `$apply`).
pub(super) async fn apply(
    app: &App,
    ask: &Ask,
    (edm, all): (&Edm, &Collection),
    (options, plan): (&QueryOptions, &Plan),
) -> Result<Response, ApiError> {
    refuse_beside_concat(options, plan)?;
    let prefer = ask.prefer_of_page();
    let format = ask.format_of_read(options.format.as_deref(), prefer)?;
    let tenant = ask.principal.tenant;
    let scope = paging::scope(tenant, &all.path, &ask.query)?;
    let seal = Seal { key: &app.skip_token_key, scope };
    let preferred = prefer.max_page_size.map(|size| size.items);
    let paging = Paging::new(options.top, preferred, options.skip_token.as_deref(), &seal)?;
    let among = all.filter(None);
    let query = ApplyQuery {
        after: paging.after.as_deref(),
        skip: if paging.after.is_some() { 0 } else { options.skip.unwrap_or(0) },
        limit: paging.page_size,
        count: options.count.unwrap_or(false),
        ..results(all, among.as_deref(), options, plan)
    };
    let mut applied = app.store.apply_entities(tenant, all.entities, &query).await?;
    let next = if applied.more && !applied.items.is_empty() {
        let token = paging.token_at(applied.position, &seal)?;
        Some(paging::next_link(&ask.root, &all.path, &ask.query, &token))
    } else {
        None
    };
    let mut computing = Computing::default();
    computing.add(plan.computed(), &mut applied.items)?;
    shape(options, &mut applied.items, &mut computing)?;
    let page = Page { items: &applied.items, count: applied.count, next_link: next.as_deref() };
    let context = ContextUrl::collection(&ask.root, &all.context, options.select.as_ref())
        .with_computed(&options.compute)
        .applied(&plan.shape);
    let body = write_collection(edm, page, context, format);
    let mut answer = answer::json(StatusCode::OK, format, body);
    answer::preference_applied(&mut answer, prefer.applied());
    answer.extensions_mut().insert(Shown(applied.items.len()));
    Ok(answer)
}

/// What one statement does for one pipeline would need all results of all pipelines here.
fn refuse_beside_concat(options: &QueryOptions, plan: &Plan) -> Result<(), ApiError> {
    let beside = [("$orderby", !options.order_by.is_empty()), ("$skip", options.skip.is_some())];
    match beside.iter().find(|(_, given)| *given && !plan.concat.is_empty()) {
        Some((name, _)) => Err(ApiError::NotServed(format!("{name} of what concat gives"))),
        None => Ok(()),
    }
}

/// All results that the options pick; the path leaves only some entities.
pub(super) fn results<'a>(
    all: &'a Collection,
    among: Option<&'a Expr>,
    options: &'a QueryOptions,
    plan: &'a Plan,
) -> ApplyQuery<'a> {
    ApplyQuery {
        within: all.within(),
        among,
        plan,
        filter: options.filter.as_ref(),
        order: &options.order_by,
        after: None,
        skip: 0,
        limit: 0,
        count: false,
    }
}
