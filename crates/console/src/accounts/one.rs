use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use identity::{
    Access, CreateAccountError, NewPassword, SignedIn, delete_account, replace_password,
};
use model::Role;
use store::{Account, AccountError};
use uuid::Uuid;

use super::roles::{self, Choice};
use crate::console::Console;
use crate::error::PageError;
use crate::errors::Errors;
use crate::moment::Moment;
use crate::page::{self, Frame, Place};
use crate::session::{Ask, AskWithForm};

#[derive(Template)]
#[template(path = "account.html")]
struct Page {
    frame: Frame,
    id: Uuid,
    user_name: String,
    created: Moment,
    has_password: bool,
    is_self: bool,
    choices: Vec<Choice>,
    roles: String,
    errors: Errors,
}

#[derive(Template)]
#[template(path = "account_password.html")]
struct Once<'a> {
    frame: Frame,
    user_name: &'a str,
    password: &'a str,
}

/// `GET /console/accounts/{id}`
pub(crate) async fn show(
    State(console): State<Arc<Console>>,
    Path(id): Path<String>,
    ask: Ask,
) -> Result<Response, PageError> {
    ask.may(Access::WriteConnections)?;
    let account = load(&console, &ask.who, &id).await?;
    let roles = account.roles.clone();
    answer(&console, &ask.who, account, (roles, Errors::default()))
}

/// `POST /console/accounts/{id}`
pub(crate) async fn set_roles(
    State(console): State<Arc<Console>>,
    Path(id): Path<String>,
    ask: AskWithForm,
) -> Result<Response, PageError> {
    ask.may(Access::WriteConnections)?;
    let account = of_somebody_else(&console, &ask, &id).await?;
    let roles = match roles::ticked(&ask.form) {
        Ok(roles) if account.password_hash.is_some() => roles,
        Ok(_) => return Err(PageError::NotFound),
        Err(errors) => return answer(&console, &ask.who, account, (Vec::new(), errors)),
    };
    let (author, now) = (ask.who.author(), console.clock.now());
    done(identity::set_roles(&console.store, &account, roles, &author, now).await, "saved")
}

/// `POST /console/accounts/{id}/password`: another password, which is shown once.
pub(crate) async fn set_password(
    State(console): State<Arc<Console>>,
    Path(id): Path<String>,
    ask: AskWithForm,
) -> Result<Response, PageError> {
    ask.may(Access::WriteConnections)?;
    let account = of_somebody_else(&console, &ask, &id).await?;
    if account.password_hash.is_none() || console.sign_in.is_none() {
        return Err(PageError::NotFound);
    }
    let password = NewPassword::random(console.rng.as_ref());
    let by = (&ask.who.author(), console.clock.now());
    let set = replace_password(&console.store, &account, password.clone(), by, &console.rng);
    if set.await? {
        once(&ask.who, &account.user_name, &password)
    } else {
        Err(PageError::NotFound)
    }
}

/// `POST /console/accounts/{id}/delete`
pub(crate) async fn delete(
    State(console): State<Arc<Console>>,
    Path(id): Path<String>,
    ask: AskWithForm,
) -> Result<Response, PageError> {
    ask.may(Access::WriteConnections)?;
    let account = of_somebody_else(&console, &ask, &id).await?;
    let (author, now) = (ask.who.author(), console.clock.now());
    done(delete_account(&console.store, &account, &author, now).await, "deleted")
}

/// Shows a password that nobody can look up again.
pub(super) fn once(
    who: &SignedIn,
    user_name: &str,
    password: &NewPassword,
) -> Result<Response, PageError> {
    let frame = Frame::of(who, Place::Accounts, "Password");
    page::render(&Once { frame, user_name, password: password.reveal() })
}

async fn load(console: &Console, who: &SignedIn, id: &str) -> Result<Account, PageError> {
    let id: Uuid = id.parse().map_err(|_no_guid| PageError::NotFound)?;
    let accounts = console.store.list_accounts(who.principal.tenant).await?;
    accounts.into_iter().find(|account| account.id == id).ok_or(PageError::NotFound)
}

/// Nobody takes the own rights away by accident, so that somebody is always left to give them.
async fn of_somebody_else(
    console: &Console,
    ask: &AskWithForm,
    id: &str,
) -> Result<Account, PageError> {
    let account = load(console, &ask.who, id).await?;
    if account.id == ask.who.account() { Err(PageError::OwnAccount) } else { Ok(account) }
}

fn answer(
    console: &Console,
    who: &SignedIn,
    account: Account,
    (chosen, errors): (Vec<Role>, Errors),
) -> Result<Response, PageError> {
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = Page {
        frame: Frame::of(who, Place::Accounts, "Account"),
        id: account.id,
        created: Moment::new(account.created, console.clock.now()),
        has_password: account.password_hash.is_some(),
        is_self: account.id == who.account(),
        choices: roles::choices(&chosen),
        roles: roles::titles(&account.roles),
        user_name: account.user_name,
        errors,
    };
    page::render_with(status, &page)
}

fn done(changed: Result<bool, AccountError>, what: &str) -> Result<Response, PageError> {
    match changed {
        Ok(true) => Ok(Redirect::to(&format!("/console/accounts?done={what}")).into_response()),
        Ok(false) => Err(PageError::NotFound),
        Err(error) => Err(CreateAccountError::Store(error).into()),
    }
}
