use axum::response::Response;
use identity::{Access, authorize};

use crate::app::App;
use crate::error::ApiError;
use crate::graph::answer;
use crate::graph::ask::Ask;
use crate::graph::edm::connection_type;

/// `GET /deviceManagement/serviceNowConnections/$count`: the bare number as text.
pub(crate) async fn handle(app: &App, ask: &Ask) -> Result<Response, ApiError> {
    authorize(&ask.principal, Access::ReadConnections)?;
    let options = ask.options(connection_type(), odata::query::Target::Count)?;
    ask.accepts_count()?;
    let tenant = ask.principal.tenant;
    let count = app.store.count_connections(tenant, options.filter.as_ref()).await?;
    Ok(answer::text(count.to_string()))
}
