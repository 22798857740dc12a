use axum::response::Response;
use odata::edm::Edm;
use odata::query::Target;
use store::ListQuery;

use super::collection::Collection;
use crate::app::App;
use crate::error::ApiError;
use crate::graph::answer;
use crate::graph::ask::Ask;

/// `GET` of a collection's `/$count`: the bare number as text.
pub(crate) async fn count(
    app: &App,
    ask: &Ask,
    edm: &Edm,
    all: &Collection,
) -> Result<Response, ApiError> {
    let options = ask.options_of(edm, all.ty(edm)?, Target::Count)?;
    ask.accepts_count()?;
    let tenant = ask.principal.tenant;
    let filter = options.filter.as_ref();
    let query = ListQuery { within: all.within(), filter, ..ListQuery::default() };
    let count = app.store.count_entities(tenant, all.entities.table, &query).await?;
    Ok(answer::text(count.to_string()))
}
