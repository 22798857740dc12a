use axum::body::Body;
use axum::http::StatusCode;
use axum::response::Response;
use identity::{Access, authorize};
use model::{
    Activity, Applied, Author, Connection, ConnectionPatch, EndpointError, PlainHttpHosts,
    Timestamp,
};
use odata::edm::Name;
use odata::header::{Current, InvalidETag, PreconditionFailed, Return};
use odata::payload::read_entity;
use odata::value::Value;
use store::{Decision, UpdateError};

use super::one::Shape;
use super::{etag, input, one};
use crate::app::App;
use crate::error::ApiError;
use crate::graph::answer;
use crate::graph::ask::Ask;
use crate::graph::conditions::Conditions;
use crate::graph::edm::{connection_type, edm};

/// `PATCH /deviceManagement/serviceNowConnections/{id}`: 200 with the updated object; 204 with
/// `Prefer: return=minimal`; 412 if a precondition fails; 404, never an upsert.
pub(crate) async fn handle(
    app: &App,
    ask: &Ask,
    key: &[(Name, Value)],
    body: Body,
) -> Result<Response, ApiError> {
    authorize(&ask.principal, Access::WriteConnections)?;
    let options = ask.options_of_write(connection_type())?;
    let format = ask.format(options.format.as_deref())?;
    let conditions = ask.conditions()?;
    let body = ask.json_body(body).await?;
    let patch = input::patch(&read_entity(edm(), connection_type(), &body)?)?;
    let plain_http = app.plain_http.clone();
    let change = Change { patch, conditions, now: ask.now, plain_http, author: ask.author() };
    let tenant = ask.principal.tenant;
    let decide = move |stored: &Connection| change.decide(stored);
    let updated = app.store.update_connection(tenant, one::id(key)?, decide).await?;
    let prefer = ask.prefer_of_write();
    let mut answer = match prefer.representation {
        Some(Return::Minimal) => one::bare(StatusCode::NO_CONTENT, &updated.connection)?,
        Some(Return::Representation) | None => {
            let shape = Shape { root: &ask.root, options: &options, format };
            one::answer(StatusCode::OK, updated.connection, shape)?
        }
    };
    answer::preference_applied(&mut answer, prefer.applied());
    Ok(answer)
}

/// Why a stored connection does not take a change.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Refusal {
    /// `If-Match` or `If-None-Match`.
    #[error(transparent)]
    Precondition(#[from] PreconditionFailed),
    /// The merged URLs break a rule.
    #[error(transparent)]
    Endpoint(#[from] EndpointError),
    /// The stored version makes no ETag.
    #[error(transparent)]
    ETag(#[from] InvalidETag),
}

struct Change {
    patch: ConnectionPatch,
    conditions: Conditions,
    now: Timestamp,
    plain_http: PlainHttpHosts,
    author: Author,
}

impl Change {
    /// Pure: the transaction may be repeated.
    fn decide(&self, stored: &Connection) -> Result<Decision, Refusal> {
        self.conditions.check(Current::Tagged(&etag::etag(stored)?))?;
        let applied = stored.apply(self.patch.clone(), self.now, &self.plain_http)?;
        let Applied::Changed { connection, changed } = applied else { return Ok(Decision::Keep) };
        let event = self.author.record(Activity::Update, stored, changed, self.now);
        Ok(Decision::Write { connection, event })
    }
}

impl From<UpdateError<Refusal>> for ApiError {
    fn from(error: UpdateError<Refusal>) -> Self {
        match error {
            UpdateError::NotFound => Self::NotFound,
            UpdateError::Refused(Refusal::Precondition(failed)) => failed.into(),
            UpdateError::Refused(Refusal::Endpoint(error)) => error.into(),
            UpdateError::Refused(Refusal::ETag(error)) => error.into(),
            UpdateError::Store(error) => error.into(),
        }
    }
}
