use std::collections::BTreeMap;
use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use identity::Access;
use model::{ConnectionId, Credential, CredentialError, CredentialKind, CredentialMember};

use super::one;
use crate::console::Console;
use crate::error::PageError;
use crate::errors::Errors;
use crate::http::Form;
use crate::page::{self, Frame, Place};
use crate::session::{Ask, AskWithForm};

#[derive(Template)]
#[template(path = "credential.html")]
struct Page {
    frame: Frame,
    id: ConnectionId,
    kinds: Vec<Choice>,
    kind: CredentialKind,
    members: Vec<Member>,
    errors: Errors,
    replaces: bool,
}

/// A way to sign in that can be chosen.
#[derive(Debug)]
struct Choice {
    kind: CredentialKind,
    title: &'static str,
    is_chosen: bool,
}

/// A field of the form. What is secret is never sent back.
#[derive(Debug)]
struct Member {
    name: &'static str,
    label: &'static str,
    help: &'static str,
    input: Input,
    value: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Input {
    Plain,
    Secret,
    /// Of several lines.
    Key,
}

/// `GET /console/connectors/{id}/credential?kind=…`
pub(crate) async fn show(
    State(console): State<Arc<Console>>,
    Path(id): Path<String>,
    ask: Ask,
) -> Result<Response, PageError> {
    ask.may(Access::WriteConnections)?;
    let connection = one::load(&console, &ask.who, one::id(&id)?).await?;
    let kept = console.store.describe_credential(connection.tenant, connection.id).await?;
    let asked = CredentialKind::named(ask.query.text("kind"));
    let kind = asked.or(kept.as_ref().map(|kept| kept.kind));
    let kind = kind.filter(|kind| console.test.credentials.allows(*kind));
    let kind = kind.unwrap_or(CredentialKind::ClientCredentials);
    page::render(&Page {
        frame: Frame::of(&ask.who, Place::Connectors, "Credential"),
        id: connection.id,
        kinds: kinds(&console, kind),
        kind,
        members: members(kind, &Form::default()),
        errors: Errors::default(),
        replaces: kept.is_some(),
    })
}

/// `POST /console/connectors/{id}/credential`
pub(crate) async fn submit(
    State(console): State<Arc<Console>>,
    Path(id): Path<String>,
    ask: AskWithForm,
) -> Result<Response, PageError> {
    ask.may(Access::WriteConnections)?;
    let (id, tenant) = (one::id(&id)?, ask.who.principal.tenant);
    let kind = CredentialKind::named(ask.form.text("kind")).ok_or(PageError::NotFound)?;
    if !console.test.credentials.allows(kind) {
        return Err(PageError::NotFound);
    }
    let errors = match read(kind, &ask.form) {
        Ok(credential) => {
            let author = ask.who.author();
            if !console.store.put_credential(tenant, id, &credential, &author).await? {
                return Err(PageError::NotFound);
            }
            console.engine.wake();
            let page = format!("/console/connectors/{id}?done=credential");
            return Ok(Redirect::to(&page).into_response());
        }
        Err(errors) => errors,
    };
    let page = Page {
        frame: Frame::of(&ask.who, Place::Connectors, "Credential"),
        id,
        kinds: kinds(&console, kind),
        kind,
        members: members(kind, &ask.form),
        errors,
        replaces: console.store.describe_credential(tenant, id).await?.is_some(),
    };
    page::render_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
}

/// `POST /console/connectors/{id}/credential/delete`
pub(crate) async fn remove(
    State(console): State<Arc<Console>>,
    Path(id): Path<String>,
    ask: AskWithForm,
) -> Result<Response, PageError> {
    ask.may(Access::WriteConnections)?;
    let (id, tenant) = (one::id(&id)?, ask.who.principal.tenant);
    console.store.delete_credential(tenant, id, &ask.who.author()).await?;
    Ok(Redirect::to(&format!("/console/connectors/{id}?done=credential-removed")).into_response())
}

/// The same rules as for a body of the API.
fn read(kind: CredentialKind, form: &Form) -> Result<Credential, Errors> {
    let given = kind.members().iter().map(|member| (member.name(), form.text(member.name())));
    let body: BTreeMap<_, _> = given.chain([("kind", kind.name())]).collect();
    let body = serde_json::to_vec(&body).unwrap_or_default();
    Credential::from_json(&body).map_err(|error| match error {
        CredentialError::Member { member, rule } => {
            let known = kind.members().iter().find(|known| known.name() == member);
            let (name, label) = known.map_or(("kind", "The kind"), |known| {
                let (label, _help, _input) = shown(*known);
                (known.name(), label)
            });
            Errors::one(name, format!("{label} {rule}."))
        }
        error => Errors::one("kind", error.to_string()),
    })
}

fn kinds(console: &Console, chosen: CredentialKind) -> Vec<Choice> {
    let allowed = |kind: &CredentialKind| console.test.credentials.allows(*kind);
    let kinds = CredentialKind::ALL.into_iter().filter(allowed);
    let row = |kind| Choice { kind, title: one::kind_title(kind), is_chosen: kind == chosen };
    kinds.map(row).collect()
}

fn members(kind: CredentialKind, form: &Form) -> Vec<Member> {
    let member = |member: &CredentialMember| {
        let (label, help, input) = shown(*member);
        let name = member.name();
        let is_plain = input == Input::Plain;
        let value = if is_plain { form.text(name).to_owned() } else { String::new() };
        Member { name, label, help, input, value }
    };
    kind.members().iter().map(member).collect()
}

const fn shown(member: CredentialMember) -> (&'static str, &'static str, Input) {
    match member {
        CredentialMember::ClientSecret => (
            "Client secret",
            "Of the OAuth app in ServiceNow whose client ID is the ServiceNow Client appID",
            Input::Secret,
        ),
        CredentialMember::UserName => {
            ("User name", "As ServiceNow has it in user_name", Input::Plain)
        }
        CredentialMember::Password => ("Password", "Of that user", Input::Secret),
        CredentialMember::RefreshToken => {
            ("Refresh token", "Of a user who has signed in once", Input::Secret)
        }
        CredentialMember::PrivateKey => {
            ("Private key", "RSA, in PEM form, with its first and last line", Input::Key)
        }
        CredentialMember::KeyId => {
            ("Key ID", "The kid by which ServiceNow knows the certificate", Input::Plain)
        }
        CredentialMember::Subject => {
            ("Subject", "The ServiceNow user who is signed in", Input::Plain)
        }
        CredentialMember::ApiKey => ("API key", "From REST API Keys in ServiceNow", Input::Secret),
    }
}

impl Member {
    fn is_key(&self) -> bool {
        self.input == Input::Key
    }

    fn is_secret(&self) -> bool {
        self.input == Input::Secret
    }
}
