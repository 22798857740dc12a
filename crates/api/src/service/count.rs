use axum::response::Response;
use odata::query::QueryOptions;
use store::ListQuery;

use super::apply::results;
use super::collection::Collection;
use crate::app::App;
use crate::error::ApiError;
use crate::graph::answer;
use crate::graph::ask::Ask;

/// `GET` of a collection's `/$count`: the bare number as text.
pub(crate) async fn count(
    app: &App,
    ask: &Ask,
    all: &Collection,
    options: &QueryOptions,
) -> Result<Response, ApiError> {
    ask.accepts_count()?;
    let tenant = ask.principal.tenant;
    if let Some(plan) = &options.apply {
        let among = all.filter(None);
        let query = results(all, among.as_deref(), options, plan);
        let count = app.store.count_applied(tenant, all.entities, &query).await?;
        return Ok(answer::text(count.to_string()));
    }
    let filter = all.filter(options.filter.as_ref());
    let query = ListQuery {
        within: all.within(),
        filter: filter.as_deref(),
        search: options.search.as_ref(),
        ..ListQuery::default()
    };
    let count = app.store.count_entities(tenant, all.entities.table, &query).await?;
    Ok(answer::text(count.to_string()))
}
