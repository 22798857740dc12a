use axum::http::StatusCode;
use axum::response::Response;
use identity::{Access, authorize};
use model::{Activity, Connection};
use odata::edm::Name;
use odata::header::Current;
use odata::value::Value;

use super::update::Refusal;
use super::{etag, one};
use crate::app::App;
use crate::error::ApiError;
use crate::graph::answer;
use crate::graph::ask::Ask;
use crate::graph::edm::connection_type;

/// `DELETE /deviceManagement/serviceNowConnections/{id}`: 204 without a body; 404; 412 if a
/// precondition fails.
pub(crate) async fn handle(
    app: &App,
    ask: &Ask,
    key: &[(Name, Value)],
) -> Result<Response, ApiError> {
    authorize(&ask.principal, Access::WriteConnections)?;
    ask.options_of_write(connection_type())?;
    let conditions = ask.conditions()?;
    let (author, now) = (ask.author(), ask.now);
    let decide = move |stored: &Connection| {
        conditions.check(Current::Tagged(&etag::etag(stored)?))?;
        Ok::<_, Refusal>(author.record(Activity::Delete, stored, stored.lost(), now))
    };
    app.store.delete_connection(ask.principal.tenant, one::id(key)?, decide).await?;
    Ok(answer::empty(StatusCode::NO_CONTENT))
}
