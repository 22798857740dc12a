use std::sync::Arc;

use askama::Template;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse as _, Redirect, Response};
use identity::SignInError;
use url::{Url, form_urlencoded};

use crate::console::Console;
use crate::error::PageError;
use crate::guest::Guest;
use crate::http::{Cookie, Form, Query};
use crate::page::{self, Frame};

#[derive(Template)]
#[template(path = "sign_in.html")]
struct Page<'a> {
    frame: Frame,
    guest_token: &'a str,
    next: &'a str,
    user_name: &'a str,
    notice: Option<&'a str>,
    error: Option<String>,
    ways: Ways<'a>,
}

/// How somebody can sign in.
#[derive(Debug, Clone)]
struct Ways<'a> {
    has_passwords: bool,
    /// The issuer outside, and the query of the way there.
    openid: Option<(&'a str, String)>,
}

/// `GET /console/sign-in?next=…`
pub(crate) async fn show(
    State(console): State<Arc<Console>>,
    headers: HeaderMap,
    uri: Uri,
) -> Result<Response, PageError> {
    let guest = Guest::of(&console, &headers);
    let query = Query::of(&uri);
    let notice = match query.text("done") {
        "signed-out" => Some("You are signed out."),
        "password" => Some("Your password is changed. Sign in with it."),
        "first-administrator" => Some("The account is made. Sign in with it."),
        _ => None,
    };
    let page = Page {
        frame: Frame::outside("Sign in"),
        guest_token: guest.form_token(),
        next: query.text("next"),
        user_name: "",
        notice,
        error: None,
        ways: Ways::of(&console, query.text("next")),
    };
    let mut answer = page::render(&page)?;
    guest.remember(&mut answer, &console);
    Ok(answer)
}

/// The page again, for somebody who came back from an issuer in vain.
pub(crate) fn failed(
    console: &Console,
    headers: &HeaderMap,
    (status, error): (StatusCode, String),
    next: &str,
) -> Result<Response, PageError> {
    let guest = Guest::of(console, headers);
    let page = Page {
        frame: Frame::outside("Sign in"),
        guest_token: guest.form_token(),
        next,
        user_name: "",
        notice: None,
        error: Some(error),
        ways: Ways::of(console, next),
    };
    let mut answer = page::render_with(status, &page)?;
    guest.remember(&mut answer, console);
    Ok(answer)
}

impl<'a> Ways<'a> {
    fn of(console: &'a Console, next: &str) -> Self {
        let mut query = form_urlencoded::Serializer::new(String::new());
        if !next.is_empty() {
            query.append_pair("next", next);
        }
        let openid = console.openid.as_ref().map(|openid| (openid.host(), query.finish()));
        Self { has_passwords: console.sign_in.is_some(), openid }
    }
}

/// `POST /console/sign-in`
pub(crate) async fn submit(
    State(console): State<Arc<Console>>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, PageError> {
    let sign_in = console.sign_in.as_ref().ok_or(PageError::NotFound)?;
    let guest = Guest::of(&console, &headers);
    let form = Form::read(&headers, body, guest.secret()).await?;
    let user_name = form.text("user_name");
    let password = form.text("password").into();
    let (now, rng) = (console.clock.now(), console.rng.as_ref());
    match sign_in.sign_in(user_name, password, now, rng).await {
        Ok(token) => {
            let mut answer = Redirect::to(&inside(form.text("next"))).into_response();
            Cookie::Session.set(&mut answer, &token.reveal(), console.is_secure);
            Cookie::Guest.clear(&mut answer, console.is_secure);
            Ok(answer)
        }
        Err(error @ (SignInError::Wrong | SignInError::TooMany { .. })) => {
            let status = match error {
                SignInError::TooMany { .. } => StatusCode::TOO_MANY_REQUESTS,
                _ => StatusCode::UNPROCESSABLE_ENTITY,
            };
            let page = Page {
                frame: Frame::outside("Sign in"),
                guest_token: guest.form_token(),
                next: form.text("next"),
                user_name,
                notice: None,
                error: Some(error.to_string()),
                ways: Ways::of(&console, form.text("next")),
            };
            page::render_with(status, &page)
        }
        Err(SignInError::Store(error)) => Err(error.into()),
        Err(error) => Err(PageError::SignIn(error)),
    }
}

/// Where to go on: a page of ours, whatever was sent.
pub(crate) fn inside(next: &str) -> String {
    let ours = || {
        // Read as a browser does, which knows many ways to name another host.
        let base = Url::parse("http://console.invalid/console").ok()?;
        let url = base.join(next).ok()?;
        let is_ours = url.origin() == base.origin()
            && (url.path() == "/console" || url.path().starts_with("/console/"));
        is_ours.then(|| match url.query() {
            Some(query) => format!("{}?{query}", url.path()),
            None => url.path().to_owned(),
        })
    };
    ours().unwrap_or_else(|| crate::PATH.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_goes_on_inside() {
        for (next, expect) in [
            ("", "/console"),
            ("/console/connectors?a=b", "/console/connectors?a=b"),
            ("/console", "/console"),
            ("https://evil.example/console/", "/console"),
            ("//evil.example/console/", "/console"),
            ("/\\evil.example/console/", "/console"),
            ("\t//evil.example/console/", "/console"),
            ("javascript:alert(1)", "/console"),
            ("/console/../beta", "/console"),
            ("/console/%2e%2e/beta", "/console"),
            ("/consoles", "/console"),
        ] {
            assert_eq!(inside(next), expect, "{next:?}");
        }
    }
}
