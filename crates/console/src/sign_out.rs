use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse as _, Redirect, Response};

use crate::console::Console;
use crate::error::PageError;
use crate::http::Cookie;
use crate::session::AskWithForm;

/// `POST /console/sign-out`
pub(crate) async fn submit(
    State(console): State<Arc<Console>>,
    ask: AskWithForm,
) -> Result<Response, PageError> {
    forget_agent(&console, &ask).await?;
    ask.who.sign_out(&console.store).await?;
    Ok(signed_out(&console))
}

/// `POST /console/sign-out-everywhere`
pub(crate) async fn submit_everywhere(
    State(console): State<Arc<Console>>,
    ask: AskWithForm,
) -> Result<Response, PageError> {
    forget_agent(&console, &ask).await?;
    ask.who.sign_out_everywhere(&console.store).await?;
    Ok(signed_out(&console))
}

/// Whoever signs out here is not signed in to ServiceNow by this service either.
async fn forget_agent(console: &Console, ask: &AskWithForm) -> Result<(), PageError> {
    let (tenant, account) = (ask.who.principal.tenant, ask.who.account());
    Ok(console.live.sessions.forget_agent(tenant, account, None).await?)
}

fn signed_out(console: &Console) -> Response {
    let mut answer = Redirect::to("/console/sign-in?done=signed-out").into_response();
    Cookie::Session.clear(&mut answer, console.is_secure);
    answer
}
