//! `…/credential`: what a connection signs in with. Secrets go in and never come out.

use axum::body::Body;
use axum::http::StatusCode;
use axum::response::Response;
use identity::{Access, authorize};
use model::{ConnectionId, Credential, CredentialError, CredentialKind, CredentialMember};
use odata::edm::TypeRef;
use odata::header::{Current, PreconditionFailed};
use odata::openapi::{Body as Sent, Operation};
use serde_json::{Map, Value as Json, json};
use store::{CredentialDescription, UpdateError};

use super::edm::CREDENTIAL;
use super::sets;
use super::structure::{self, optional_text, optional_time, structured, text, time};
use crate::app::App;
use crate::error::ApiError;
use crate::graph::answer;
use crate::graph::ask::Ask;
use crate::openapi::operation;

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

/// What can be done with it.
pub(super) fn described() -> [Operation; 3] {
    let of = |method, summary, access| {
        operation((Some(sets::CONNECTIONS.path), "credential"), method, summary, access)
    };
    let get = of("get", "What may be told of the credential", Access::ReadConnections);
    let put = of("put", "Set the credential", Access::WriteConnections);
    let delete = of("delete", "Delete the credential", Access::WriteConnections);
    [
        Operation { answer: Some(TypeRef::Complex(CREDENTIAL)), ..get },
        Operation { status: 204, body: Some(Sent::Described(schema())), ..put },
        Operation { status: 204, ..delete },
    ]
}

/// JSON Schema of a credential; members are texts, and each kind has its own.
fn schema() -> Json {
    let of_kind = |kind: CredentialKind| {
        let members = kind.members().iter().map(|member| member.name());
        let mut properties: Map<_, _> = kind
            .members()
            .iter()
            .map(|member| (member.name().to_owned(), text_of(kind, *member)))
            .collect();
        properties.insert("kind".to_owned(), json!({ "const": kind.name() }));
        json!({
            "type": "object",
            "title": kind.name(),
            "properties": properties,
            "required": members.chain(["kind"]).collect::<Vec<_>>(),
            "additionalProperties": false,
        })
    };
    let kinds: Vec<_> = CredentialKind::ALL.into_iter().map(of_kind).collect();
    json!({ "type": "object", "oneOf": kinds, "discriminator": { "propertyName": "kind" } })
}

/// JSON Schema of a member, after the rules that it is read by.
fn text_of(kind: CredentialKind, member: CredentialMember) -> Json {
    use CredentialMember as Member;
    let pattern = match member {
        Member::PrivateKey => "^-----BEGIN ",
        Member::ApiKey | Member::RefreshToken => "^[!-~]+$",
        Member::UserName if kind == CredentialKind::Basic => r"^[^:\x00-\x1f\x7f-\x9f]+$",
        _ => r"^[^\x00-\x1f\x7f-\x9f]+$",
    };
    let mut schema = json!({ "type": "string", "pattern": pattern, "maxLength": 8192 });
    if member == Member::PrivateKey {
        schema =
            json!({ "type": "string", "pattern": pattern, "description": "RSA, in PEM form." });
    }
    schema
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
