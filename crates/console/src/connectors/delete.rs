use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use identity::Access;
use model::{Activity, Connection, ConnectionId};
use store::UpdateError;

use super::one;
use crate::console::Console;
use crate::error::PageError;
use crate::page::{self, Frame, Place};
use crate::session::{Ask, AskWithForm};

#[derive(Template)]
#[template(path = "connector_delete.html")]
struct Page {
    frame: Frame,
    id: ConnectionId,
    name: String,
}

/// `GET /console/connectors/{id}/delete`: asks first.
pub(crate) async fn show(
    State(console): State<Arc<Console>>,
    Path(id): Path<String>,
    ask: Ask,
) -> Result<Response, PageError> {
    ask.may(Access::WriteConnections)?;
    let connection = one::load(&console, &ask.who, one::id(&id)?).await?;
    let frame = Frame::of(&ask.who, Place::Connectors, "Delete the connection");
    let name = connection.instance_url.unwrap_or_else(|| connection.id.to_string());
    page::render(&Page { frame, id: connection.id, name })
}

/// `POST /console/connectors/{id}/delete`
pub(crate) async fn submit(
    State(console): State<Arc<Console>>,
    Path(id): Path<String>,
    ask: AskWithForm,
) -> Result<Response, PageError> {
    ask.may(Access::WriteConnections)?;
    let (author, now) = (ask.who.author(), console.clock.now());
    let decide = move |stored: &Connection| {
        Ok::<_, Never>(author.record(Activity::Delete, stored, Vec::new(), now))
    };
    let tenant = ask.who.principal.tenant;
    match console.store.delete_connection(tenant, one::id(&id)?, decide).await {
        Ok(()) => {
            console.engine.wake();
            Ok(Redirect::to("/console/connectors?done=deleted").into_response())
        }
        Err(UpdateError::NotFound) => Err(PageError::NotFound),
        Err(UpdateError::Store(error)) => Err(error.into()),
        Err(UpdateError::Refused(never)) => match never {},
    }
}

#[derive(Debug)]
enum Never {}
