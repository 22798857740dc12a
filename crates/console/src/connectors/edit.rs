use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use identity::Access;
use model::{
    Activity, Applied, Author, Connection, ConnectionPatch, EndpointError, PlainHttpHosts,
    Timestamp,
};
use store::{Decision, UpdateError};

use super::fields::{self, Fields};
use super::one::{self, Extra};
use crate::console::Console;
use crate::error::PageError;
use crate::errors::Errors;
use crate::session::{Ask, AskWithForm};

/// `GET /console/connectors/{id}`
pub(crate) async fn show(
    State(console): State<Arc<Console>>,
    Path(id): Path<String>,
    ask: Ask,
) -> Result<Response, PageError> {
    ask.may(Access::ReadConnections)?;
    let connection = one::load(&console, &ask.who, one::id(&id)?).await?;
    let notice = match ask.query.text("done") {
        "saved" => Some("Saved."),
        "created" => Some("Saved. Now set a credential, then test the connection."),
        "credential" => Some("The credential is set. Test the connection to see whether it works."),
        "credential-removed" => Some("The credential is removed."),
        "sync" => Some("A pass is asked for; it is listed below."),
        _ => None,
    };
    one::answer(&console, (&ask.who, &ask.origin), connection, Extra { notice, ..Extra::default() })
        .await
}

/// `POST /console/connectors/{id}`
pub(crate) async fn submit(
    State(console): State<Arc<Console>>,
    Path(id): Path<String>,
    ask: AskWithForm,
) -> Result<Response, PageError> {
    ask.may(Access::WriteConnections)?;
    let id = one::id(&id)?;
    let stored = one::load(&console, &ask.who, id).await?;
    let typed = Fields::typed(&ask.form, Some(&stored));
    let errors = typed.errors();
    if !errors.is_empty() {
        let extra = Extra { typed: Some((typed, errors)), ..Extra::default() };
        return one::answer(&console, (&ask.who, &ask.origin), stored, extra).await;
    }
    let change = Change {
        patch: typed.patch(),
        version: ask.form.text("version").parse().unwrap_or_default(),
        now: console.clock.now(),
        plain_http: console.plain_http.clone(),
        author: ask.who.author(),
    };
    let decide = move |stored: &Connection| change.decide(stored);
    let extra = match console.store.update_connection(stored.tenant, id, decide).await {
        Ok(_updated) => {
            console.engine.wake();
            return Ok(
                Redirect::to(&format!("/console/connectors/{id}?done=saved")).into_response()
            );
        }
        Err(UpdateError::NotFound) => return Err(PageError::NotFound),
        Err(UpdateError::Store(error)) => return Err(error.into()),
        Err(UpdateError::Refused(Refusal::Endpoint(error))) => {
            Extra { typed: Some((typed, fields::endpoint_error(error))), ..Extra::default() }
        }
        Err(UpdateError::Refused(Refusal::Conflict)) => {
            let stored = one::load(&console, &ask.who, id).await?;
            let conflict = Some(Fields::of(&stored));
            let typed = Some((typed, Errors::default()));
            let extra = Extra { typed, conflict, ..Extra::default() };
            return one::answer(&console, (&ask.who, &ask.origin), stored, extra).await;
        }
    };
    one::answer(&console, (&ask.who, &ask.origin), stored, extra).await
}

/// Why a stored connection does not take a change.
#[derive(Debug, thiserror::Error)]
enum Refusal {
    /// Somebody else has changed it since the page was shown.
    #[error("the connection has another version")]
    Conflict,
    /// The merged URLs break a rule.
    #[error(transparent)]
    Endpoint(#[from] EndpointError),
}

struct Change {
    patch: ConnectionPatch,
    version: i64,
    now: Timestamp,
    plain_http: PlainHttpHosts,
    author: Author,
}

impl Change {
    /// Pure: the transaction may be repeated.
    fn decide(&self, stored: &Connection) -> Result<Decision, Refusal> {
        if stored.version != self.version {
            return Err(Refusal::Conflict);
        }
        let applied = stored.apply(self.patch.clone(), self.now, &self.plain_http)?;
        let Applied::Changed { connection, changed } = applied else { return Ok(Decision::Keep) };
        let event = self.author.record(Activity::Update, stored, changed, self.now);
        Ok(Decision::Write { connection, event })
    }
}
