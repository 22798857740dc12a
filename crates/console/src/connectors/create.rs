use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use identity::Access;
use model::{Activity, Connection, ConnectionId};

use super::fields::{self, Fields};
use crate::console::Console;
use crate::error::PageError;
use crate::errors::Errors;
use crate::page::{self, Frame, Place};
use crate::session::{Ask, AskWithForm};

#[derive(Template)]
#[template(path = "connector_new.html")]
struct Page {
    frame: Frame,
    fields: Fields,
    errors: Errors,
    may_change: bool,
}

/// `GET /console/connectors/new`
pub(crate) async fn show(ask: Ask) -> Result<Response, PageError> {
    ask.may(Access::WriteConnections)?;
    let frame = Frame::of(&ask.who, Place::Connectors, "Add a connection");
    let (fields, errors) = (Fields::proposed(), Errors::default());
    page::render(&Page { frame, fields, errors, may_change: true })
}

/// `POST /console/connectors/new`
pub(crate) async fn submit(
    State(console): State<Arc<Console>>,
    ask: AskWithForm,
) -> Result<Response, PageError> {
    ask.may(Access::WriteConnections)?;
    let fields = Fields::typed(&ask.form, None);
    let errors = match connection(&console, &ask, &fields) {
        Ok(connection) => {
            let (id, now) = (connection.id, connection.created);
            let event = ask.who.author().record(Activity::Create, &connection, Vec::new(), now);
            console.store.insert_connection(connection, event).await?;
            let page = format!("/console/connectors/{id}?done=created");
            return Ok(Redirect::to(&page).into_response());
        }
        Err(errors) => errors,
    };
    let frame = Frame::of(&ask.who, Place::Connectors, "Add a connection");
    let page = Page { frame, fields, errors, may_change: true };
    page::render_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
}

fn connection(console: &Console, ask: &AskWithForm, fields: &Fields) -> Result<Connection, Errors> {
    let errors = fields.errors();
    if !errors.is_empty() {
        return Err(errors);
    }
    let keys = (ask.who.principal.tenant, ConnectionId::random(console.rng.as_ref()));
    let made = Connection::create(fields.draft(), keys, console.clock.now(), &console.plain_http);
    made.map_err(fields::endpoint_error)
}
