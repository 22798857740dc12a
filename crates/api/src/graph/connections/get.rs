use axum::http::StatusCode;
use axum::response::Response;
use identity::{Access, authorize};
use odata::edm::Name;
use odata::value::Value;

use super::one;
use super::one::Shape;
use crate::app::App;
use crate::error::ApiError;
use crate::graph::answer;
use crate::graph::ask::Ask;
use crate::graph::edm::connection_type;

/// `GET /deviceManagement/serviceNowConnections/{id}`: 200 with the bare object and its
/// ETag; 404.
pub(crate) async fn handle(
    app: &App,
    ask: &Ask,
    key: &[(Name, Value)],
) -> Result<Response, ApiError> {
    authorize(&ask.principal, Access::ReadConnections)?;
    let options = ask.options(connection_type(), odata::query::Target::Entity)?;
    let prefer = ask.prefer_of_one();
    let format = ask.format_of_read(options.format.as_deref(), prefer)?;
    let id = one::id(key)?;
    let connection = app.store.load_connection(ask.principal.tenant, id).await?;
    let connection = connection.ok_or(ApiError::NotFound)?;
    let shape = Shape { root: &ask.root, options: &options, format };
    let mut answer = one::answer(StatusCode::OK, connection, shape)?;
    answer::preference_applied(&mut answer, prefer.applied());
    Ok(answer)
}
