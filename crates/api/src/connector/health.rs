use axum::response::Response;
use identity::{Access, authorize};
use model::{ConnectionId, Health};
use odata::edm::TypeRef;
use odata::openapi::Operation;

use super::edm::HEALTH;
use super::sets;
use super::structure::{self, optional_text, optional_time, structured, text, time};
use crate::app::App;
use crate::error::ApiError;
use crate::graph::ask::Ask;
use crate::openapi::operation;

/// What it is.
pub(super) fn described() -> Operation {
    let call = (Some(sets::CONNECTIONS.path), "health");
    let described =
        operation(call, "get", "What the last real calls told", Access::ReadConnections);
    Operation { answer: Some(TypeRef::Complex(HEALTH)), ..described }
}

/// `GET …/health`: 200 with what the last real calls told of a connection.
pub(super) async fn get(app: &App, ask: &Ask, id: ConnectionId) -> Result<Response, ApiError> {
    authorize(&ask.principal, Access::ReadConnections)?;
    let health = app.store.health(ask.principal.tenant, id).await?;
    let Health { status, since, last_success, last_attempt, reason, not_before } =
        health.ok_or(ApiError::NotFound)?;
    let value = structured(
        HEALTH,
        [
            ("status", text(status.name())),
            ("since", time(since)),
            ("lastSuccessDateTime", optional_time(last_success)),
            ("lastAttemptDateTime", optional_time(last_attempt)),
            ("reason", optional_text(reason)),
            ("notBeforeDateTime", optional_time(not_before)),
        ],
    );
    structure::answer(ask, value)
}
