//! `…/credential`: what a connection signs in with. Secrets go in and never come out.

use axum::body::Body;
use axum::http::StatusCode;
use axum::response::Response;
use identity::{Access, authorize};
use model::{ConnectionId, Credential, CredentialError, CredentialKind};
use odata::header::{Current, PreconditionFailed};
use store::{CredentialDescription, UpdateError};

use super::edm::CREDENTIAL;
use super::structure::{self, optional_text, optional_time, structured, text, time};
use crate::app::App;
use crate::error::ApiError;
use crate::graph::answer;
use crate::graph::ask::Ask;

/// Why a credential is not taken. Nothing of it is repeated but the names of its members.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CredentialRefusal {
    /// It is none.
    #[error("Invalid credential: {0}.")]
    Invalid(#[from] CredentialError),
    /// The configuration does not allow it.
    #[error("Invalid credential: kind {} is not allowed by the setting credentials.basic.", .0.name())]
    NotAllowed(CredentialKind),
}

impl CredentialRefusal {
    /// The member.
    pub(crate) fn target(&self) -> Option<&str> {
        match self {
            Self::Invalid(CredentialError::Member { member, .. }) => Some(member),
            Self::Invalid(CredentialError::NotJson { .. } | CredentialError::NotAnObject) => None,
            Self::NotAllowed(_) => Some("kind"),
        }
    }
}

/// `GET`: 200 with what may be told of it; 404 where there is none.
pub(super) async fn get(app: &App, ask: &Ask, id: ConnectionId) -> Result<Response, ApiError> {
    authorize(&ask.principal, Access::ReadConnections)?;
    let described = app.store.describe_credential(ask.principal.tenant, id).await?;
    let CredentialDescription { kind, user_name, created, renewed, origin: _ } =
        described.ok_or(ApiError::NotFound)?;
    let value = structured(
        CREDENTIAL,
        [
            ("kind", text(kind.name())),
            ("userName", optional_text(user_name)),
            ("createdDateTime", time(created)),
            ("renewedDateTime", optional_time(renewed)),
        ],
    );
    structure::answer(ask, value)
}

/// `PUT`: 204; the one before is gone. 412 if a precondition fails.
pub(super) async fn put(
    app: &App,
    ask: &Ask,
    id: ConnectionId,
    body: Body,
) -> Result<Response, ApiError> {
    authorize(&ask.principal, Access::WriteConnections)?;
    let body = ask.json_body(body).await?;
    let credential = Credential::from_json(&body).map_err(CredentialRefusal::from)?;
    if !app.test.credentials.allows(credential.kind()) {
        return Err(CredentialRefusal::NotAllowed(credential.kind()).into());
    }
    let (tenant, author) = (ask.principal.tenant, ask.author());
    let conditions = ask.conditions()?;
    let decide = move |is_there| conditions.check(current(is_there));
    app.store.put_credential_if(tenant, id, &credential, &author, decide).await?;
    app.engine.wake();
    Ok(answer::empty(StatusCode::NO_CONTENT))
}

/// `DELETE`: 204; 404 where there is none; 412 if a precondition fails.
pub(super) async fn delete(app: &App, ask: &Ask, id: ConnectionId) -> Result<Response, ApiError> {
    authorize(&ask.principal, Access::WriteConnections)?;
    let tenant = ask.principal.tenant;
    if let Err(failed) = ask.conditions()?.check(current(true)) {
        let described = app.store.describe_credential(tenant, id).await?;
        return Err(described.map_or(ApiError::NotFound, |_described| failed.into()));
    }
    if app.store.delete_credential(tenant, id, &ask.author()).await? {
        Ok(answer::empty(StatusCode::NO_CONTENT))
    } else {
        Err(ApiError::NotFound)
    }
}

/// A credential has no ETag.
const fn current(is_there: bool) -> Current<'static> {
    if is_there { Current::Untagged } else { Current::Absent }
}

impl From<UpdateError<PreconditionFailed>> for ApiError {
    fn from(error: UpdateError<PreconditionFailed>) -> Self {
        match error {
            UpdateError::NotFound => Self::NotFound,
            UpdateError::Refused(failed) => failed.into(),
            UpdateError::Store(error) => error.into(),
        }
    }
}
