use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;
use identity::Access;

use super::one::{self, Extra};
use crate::console::Console;
use crate::error::PageError;
use crate::session::AskWithForm;

/// `POST /console/connectors/{id}/test`: tests what is stored, be it disabled.
pub(crate) async fn submit(
    State(console): State<Arc<Console>>,
    Path(id): Path<String>,
    ask: AskWithForm,
) -> Result<Response, PageError> {
    ask.may(Access::WriteConnections)?;
    let key = (ask.who.principal.tenant, one::id(&id)?);
    let report = console.test.run(key, console.clock.now(), &mut |_| {}).await?;
    let report = Some(report.ok_or(PageError::NotFound)?);
    let connection = one::load(&console, &ask.who, key.1).await?;
    one::answer(&console, &ask.who, connection, Extra { report, ..Extra::default() }).await
}
