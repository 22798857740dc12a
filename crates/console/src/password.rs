//! Somebody changes the own password.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use identity::{ChangePasswordError, NewPassword, SignInError, SignedIn};

use crate::console::Console;
use crate::error::PageError;
use crate::errors::Errors;
use crate::http::Cookie;
use crate::page::{self, Frame, Place};
use crate::session::{Ask, AskWithForm};

#[derive(Template)]
#[template(path = "password.html")]
struct Page<'a> {
    frame: Frame,
    user_name: &'a str,
    errors: Errors,
}

/// `GET /console/password`
pub(crate) async fn show(ask: Ask) -> Result<Response, PageError> {
    if !ask.who.has_password {
        return Err(PageError::NotFound);
    }
    answer(StatusCode::OK, &ask.who, Errors::default())
}

/// `POST /console/password`
pub(crate) async fn submit(
    State(console): State<Arc<Console>>,
    ask: AskWithForm,
) -> Result<Response, PageError> {
    let sign_in = console.sign_in.as_ref().ok_or(PageError::NotFound)?;
    let new = match NewPassword::parse(ask.form.text("new").into()) {
        Ok(_) if ask.form.text("new") != ask.form.text("again") => {
            Err(Errors::one("again", "This is not the same as the new password."))
        }
        Ok(new) => Ok(new),
        Err(error) => Err(Errors::one("new", error.to_string())),
    };
    let new = match new {
        Ok(new) => new,
        Err(errors) => return answer(StatusCode::UNPROCESSABLE_ENTITY, &ask.who, errors),
    };
    let passwords = (ask.form.text("known").into(), new);
    let changed = sign_in.change_password(&ask.who, passwords, console.clock.now(), &console.rng);
    match changed.await {
        Ok(()) => {
            let mut answer = Redirect::to("/console/sign-in?done=password").into_response();
            Cookie::Session.clear(&mut answer, console.is_secure);
            Ok(answer)
        }
        Err(ChangePasswordError::Proof(SignInError::Wrong)) => {
            let errors = Errors::one("known", "This is not your present password.");
            answer(StatusCode::UNPROCESSABLE_ENTITY, &ask.who, errors)
        }
        Err(ChangePasswordError::Proof(error @ SignInError::TooMany { .. })) => {
            let errors = Errors::one("known", error.to_string());
            answer(StatusCode::TOO_MANY_REQUESTS, &ask.who, errors)
        }
        Err(ChangePasswordError::Proof(SignInError::Store(error))) => Err(error.into()),
        Err(ChangePasswordError::Proof(error)) => Err(PageError::SignIn(error)),
        Err(ChangePasswordError::Set(error)) => Err(error.into()),
    }
}

fn answer(status: StatusCode, who: &SignedIn, errors: Errors) -> Result<Response, PageError> {
    let frame = Frame::of(who, Place::Own, "Change password");
    page::render_with(status, &Page { frame, user_name: &who.user_name, errors })
}
