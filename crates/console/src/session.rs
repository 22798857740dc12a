use std::sync::Arc;

use axum::body::Body;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, Uri};
use axum::response::{IntoResponse as _, Redirect, Response};
use identity::{Access, SessionToken, SignedIn, authorize};
use url::form_urlencoded;

use crate::console::Console;
use crate::error::PageError;
use crate::http::{Cookie, Form, Query};

/// A request of somebody who is signed in. Others are led to where they can do so, and back.
#[derive(Debug)]
pub(crate) struct Ask {
    pub(crate) who: SignedIn,
    pub(crate) query: Query,
    /// See [`Console::origin`].
    pub(crate) origin: String,
}

/// The same with a form that was read in this session.
#[derive(Debug)]
pub(crate) struct AskWithForm {
    pub(crate) who: SignedIn,
    pub(crate) form: Form,
    /// See [`Console::origin`].
    pub(crate) origin: String,
}

impl Ask {
    /// Goes on only if the person may.
    pub(crate) fn may(&self, access: Access) -> Result<(), PageError> {
        Ok(authorize(&self.who.principal, access)?)
    }
}

impl AskWithForm {
    /// Goes on only if the person may.
    pub(crate) fn may(&self, access: Access) -> Result<(), PageError> {
        Ok(authorize(&self.who.principal, access)?)
    }
}

impl FromRequestParts<Arc<Console>> for Ask {
    type Rejection = Response;

    async fn from_request_parts(
        parts: &mut Parts,
        console: &Arc<Console>,
    ) -> Result<Self, Response> {
        let who = resume(console, &parts.headers).await?;
        let who = who.ok_or_else(|| to_sign_in(&parts.method, &parts.uri))?;
        let origin = console.origin(&parts.uri, &parts.headers);
        Ok(Self { who, query: Query::of(&parts.uri), origin })
    }
}

impl FromRequest<Arc<Console>> for AskWithForm {
    type Rejection = Response;

    async fn from_request(request: Request, console: &Arc<Console>) -> Result<Self, Response> {
        let (parts, body): (Parts, Body) = request.into_parts();
        let who = resume(console, &parts.headers).await?;
        let who = who.ok_or_else(|| to_sign_in(&parts.method, &parts.uri))?;
        let form = Form::read(&parts.headers, body, &who.form_secret()).await;
        let form = form.map_err(|error| PageError::from(error).into_response())?;
        Ok(Self { who, form, origin: console.origin(&parts.uri, &parts.headers) })
    }
}

async fn resume(console: &Console, headers: &HeaderMap) -> Result<Option<SignedIn>, Response> {
    let cookie = Cookie::Session.read(headers, console.is_secure);
    let Some(token) = cookie.and_then(|text| text.parse::<SessionToken>().ok()) else {
        return Ok(None);
    };
    let resumed =
        SignedIn::resume(&console.store, token, console.clock.now(), console.rng.as_ref()).await;
    resumed.map_err(|error| PageError::from(error).into_response())
}

/// What was typed into a form of a session that has ended is lost; the page is come back to.
fn to_sign_in(method: &Method, uri: &Uri) -> Response {
    let path = uri.path_and_query().map_or("", |path| path.as_str().trim_end_matches('/'));
    let next = if method == Method::GET { format!("{}{path}", crate::PATH) } else { String::new() };
    Redirect::to(&sign_in_path(&next)).into_response()
}

fn sign_in_path(next: &str) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    if !next.is_empty() {
        query.append_pair("next", next);
    }
    format!("{}/sign-in?{}", crate::PATH, query.finish())
}
