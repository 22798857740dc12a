use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use identity::Access;
use model::RunKind;

use super::one;
use crate::console::Console;
use crate::error::PageError;
use crate::session::AskWithForm;

/// `POST /console/connectors/{id}/sync`: asks for a pass. One that cannot begin has failed already
/// and says so in the history.
pub(crate) async fn submit(
    State(console): State<Arc<Console>>,
    Path(id): Path<String>,
    ask: AskWithForm,
) -> Result<Response, PageError> {
    ask.may(Access::WriteConnections)?;
    let (tenant, id, now) = (ask.who.principal.tenant, one::id(&id)?, console.clock.now());
    let run = console.store.queue_run(tenant, id, RunKind::Incremental, now).await?;
    run.ok_or(PageError::NotFound)?;
    console.engine.wake();
    Ok(Redirect::to(&format!("/console/connectors/{id}?done=sync#passes")).into_response())
}
