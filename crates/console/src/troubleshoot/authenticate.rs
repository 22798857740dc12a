//! "Authenticate ServiceNow": an agent signs in there, so that ServiceNow's own rights count.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Redirect, Response};
use connector::{AgentSignIn, OpenSessionError, Trouble};
use identity::{Access, Attempt};
use model::{Connection, ConnectionId, ConnectionStatus};
use servicenow::Verifier;
use url::form_urlencoded::Serializer;

use crate::console::Console;
use crate::error::PageError;
use crate::http::Cookie;
use crate::page::{self, Frame, Place};
use crate::session::{Ask, AskWithForm};

/// Where instances send agents back to.
pub(crate) const CALLBACK: &str = "/console/troubleshoot/callback";

#[derive(Template)]
#[template(path = "authenticate.html")]
struct Page<'a> {
    frame: Frame,
    message: &'a str,
    hint: &'a str,
}

/// `GET /console/troubleshoot/authenticate?connection=…&user=…`
pub(super) async fn begin(
    State(console): State<Arc<Console>>,
    ask: Ask,
) -> Result<Response, PageError> {
    ask.may(Access::ReadIncidents)?;
    let connection = load(&console, &ask, ask.query.text("connection")).await?;
    let next = format!("{}/{}", connection.id, ask.query.text("user"));
    let attempt = Attempt::begin(&next, console.clock.now(), console.rng.as_ref());
    let redirect_uri = format!("{}{CALLBACK}", ask.origin);
    let verifier = verifier(&attempt);
    let sign_in = AgentSignIn { redirect_uri: &redirect_uri, verifier: &verifier };
    let sessions = &console.live.sessions;
    match sessions.authorization_url(&connection, sign_in, state(&attempt, &ask)) {
        Ok(url) => {
            let mut answer = Redirect::to(url.as_str()).into_response();
            Cookie::Agent.set(&mut answer, attempt.reveal(), console.is_secure);
            Ok(answer)
        }
        Err(error) => failed(&ask, error),
    }
}

/// `GET /console/troubleshoot/callback?code=…&state=…`
pub(super) async fn finish(
    State(console): State<Arc<Console>>,
    headers: HeaderMap,
    ask: Ask,
) -> Result<Response, PageError> {
    let mut answer = come_back(&console, &headers, &ask).await?;
    Cookie::Agent.clear(&mut answer, console.is_secure);
    Ok(answer)
}

/// `POST /console/troubleshoot/forget`
pub(super) async fn forget(
    State(console): State<Arc<Console>>,
    ask: AskWithForm,
) -> Result<Response, PageError> {
    ask.may(Access::ReadIncidents)?;
    let connection = ask.form.text("connection").parse().map_err(|_no_id| PageError::NotFound)?;
    let (tenant, account) = (ask.who.principal.tenant, ask.who.account());
    console.live.sessions.forget_agent(tenant, account, Some(connection)).await?;
    Ok(Redirect::to(&page_of(ask.form.text("user"))).into_response())
}

async fn come_back(
    console: &Console,
    headers: &HeaderMap,
    ask: &Ask,
) -> Result<Response, PageError> {
    ask.may(Access::ReadIncidents)?;
    let (now, kept) = (console.clock.now(), Cookie::Agent.read(headers, console.is_secure));
    let attempt = kept.and_then(|text| Attempt::read(text, now));
    let attempt = attempt.filter(|attempt| {
        let state = u128::from_be_bytes(state(attempt, ask));
        ask.query.text("state") == format!("{state:032x}")
    });
    let Some(attempt) = attempt else { return shown(ask, StatusCode::BAD_REQUEST, TOO_OLD) };
    let (connection, user) = attempt.next().split_once('/').unwrap_or_default();
    let code = ask.query.text("code");
    if code.is_empty() {
        return shown(ask, StatusCode::FORBIDDEN, DECLINED);
    }
    let connection = load(console, ask, connection).await?;
    let redirect_uri = format!("{}{CALLBACK}", ask.origin);
    let verifier = verifier(&attempt);
    let sign_in = AgentSignIn { redirect_uri: &redirect_uri, verifier: &verifier };
    let (sessions, account) = (&console.live.sessions, ask.who.account());
    let taken = sessions.take_code((&connection, account), sign_in, code.into(), now).await;
    match taken {
        Ok(()) => Ok(Redirect::to(&page_of(user)).into_response()),
        Err(error) => failed(ask, error),
    }
}

/// While a connection is off, its instance is left alone.
async fn load(console: &Console, ask: &Ask, id: &str) -> Result<Connection, PageError> {
    let id: ConnectionId = id.parse().map_err(|_no_id| PageError::NotFound)?;
    let found = console.store.load_connection(ask.who.principal.tenant, id).await?;
    let enabled = found.filter(|connection| connection.status == ConnectionStatus::Enabled);
    enabled.ok_or(PageError::NotFound)
}

/// Of the browser and of the session: a person who signs in anew begins anew.
fn state(attempt: &Attempt, ask: &Ask) -> [u8; 16] {
    let secret = attempt.secret(&format!("servicenow state {}", ask.who.form_secret()));
    let mut state = [0; 16];
    state.iter_mut().zip(secret).for_each(|(byte, of_secret)| *byte = of_secret);
    state
}

fn verifier(attempt: &Attempt) -> Verifier {
    Verifier::new(attempt.secret("servicenow verifier"))
}

fn page_of(user: &str) -> String {
    let mut query = Serializer::new(String::new());
    if !user.is_empty() {
        query.append_pair("user", user);
    }
    format!("/console/troubleshoot?{}", query.finish())
}

fn failed(ask: &Ask, error: OpenSessionError) -> Result<Response, PageError> {
    match error {
        OpenSessionError::Store(error) => Err(error.into()),
        OpenSessionError::Trouble(Trouble { message, hint, .. }) => {
            shown(ask, StatusCode::BAD_GATEWAY, (&message, &hint))
        }
    }
}

fn shown(
    ask: &Ask,
    status: StatusCode,
    (message, hint): (&str, &str),
) -> Result<Response, PageError> {
    let frame = Frame::of(&ask.who, Place::Troubleshoot, "Authenticate ServiceNow");
    page::render_with(status, &Page { frame, message, hint })
}

const TOO_OLD: (&str, &str) =
    ("This sign-in was begun too long ago, or in another session.", "Go back and begin again.");
const DECLINED: (&str, &str) =
    ("ServiceNow did not let you in, or you did not allow it.", "Go back to try again.");
