use axum::response::Response;
use identity::authorize;
use odata::edm::Edm;
use odata::query::Target;

use super::Set;
use crate::app::App;
use crate::error::ApiError;
use crate::graph::answer;
use crate::graph::ask::Ask;

/// `GET` of a collection's `/$count`: the bare number as text.
pub(crate) async fn count(
    app: &App,
    ask: &Ask,
    edm: &Edm,
    set: &Set,
) -> Result<Response, ApiError> {
    authorize(&ask.principal, set.access)?;
    let options = ask.options_of(edm, set.ty(edm)?, Target::Count)?;
    ask.accepts_count()?;
    let tenant = ask.principal.tenant;
    let filter = options.filter.as_ref();
    let count = app.store.count_entities(tenant, set.entities.table, filter).await?;
    Ok(answer::text(count.to_string()))
}
