use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse as _, Redirect, Response};
use url::Url;

use crate::console::Console;
use crate::error::PageError;
use crate::http::Cookie;
use crate::page::{self, Frame};
use crate::session::AskWithForm;

/// The page on the way to the issuer. A form may lead nowhere else than to this service, and that
/// holds for where its answer redirects to.
#[derive(Template)]
#[template(path = "sign_out.html")]
struct Page<'a> {
    frame: Frame,
    host: &'a str,
    url: Url,
}

/// Where the issuer sends people back to who have signed out there.
const BACK: &str = "/console/signed-out";

/// `POST /console/sign-out`
pub(crate) async fn submit(
    State(console): State<Arc<Console>>,
    ask: AskWithForm,
) -> Result<Response, PageError> {
    forget_agent(&console, &ask).await?;
    let way = way_out(&console, &ask).await;
    ask.who.sign_out(&console.store).await?;
    signed_out(&console, way)
}

/// `POST /console/sign-out-everywhere`
pub(crate) async fn submit_everywhere(
    State(console): State<Arc<Console>>,
    ask: AskWithForm,
) -> Result<Response, PageError> {
    forget_agent(&console, &ask).await?;
    let way = way_out(&console, &ask).await;
    ask.who.sign_out_everywhere(&console.store).await?;
    signed_out(&console, way)
}

/// `GET /console/signed-out`: back from the issuer.
pub(crate) async fn back() -> Response {
    to_sign_in()
}

fn to_sign_in() -> Response {
    Redirect::to("/console/sign-in?done=signed-out").into_response()
}

/// Whoever signs out here is not signed in to ServiceNow by this service either.
async fn forget_agent(console: &Console, ask: &AskWithForm) -> Result<(), PageError> {
    let (tenant, account) = (ask.who.principal.tenant, ask.who.account());
    Ok(console.live.sessions.forget_agent(tenant, account, None).await?)
}

/// Nor to the issuer that has vouched for them.
async fn way_out(console: &Console, ask: &AskWithForm) -> Option<Url> {
    let openid = console.openid.as_ref().filter(|_| !ask.who.has_password)?;
    openid.end_session(&format!("{}{BACK}", ask.origin), console.clock.now()).await
}

fn signed_out(console: &Console, way: Option<Url>) -> Result<Response, PageError> {
    let mut answer = match way {
        Some(url) => {
            let host = url.host_str().unwrap_or_default().to_owned();
            page::render(&Page { frame: Frame::outside("Sign out"), host: &host, url })?
        }
        None => to_sign_in(),
    };
    Cookie::Session.clear(&mut answer, console.is_secure);
    Ok(answer)
}
