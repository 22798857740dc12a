use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use identity::{Access, SignedIn};
use model::Role;
use store::Account;
use uuid::Uuid;

use super::roles::{self, Choice};
use crate::console::Console;
use crate::error::PageError;
use crate::errors::Errors;
use crate::moment::Moment;
use crate::page::{self, Frame, Place};
use crate::session::Ask;

#[derive(Template)]
#[template(path = "accounts.html")]
struct Page {
    frame: Frame,
    notice: Option<&'static str>,
    rows: Vec<Row>,
    /// Accounts can be made.
    has_passwords: bool,
    user_name: String,
    choices: Vec<Choice>,
    errors: Errors,
}

#[derive(Debug)]
struct Row {
    id: Uuid,
    user_name: String,
    roles: String,
    has_password: bool,
    is_self: bool,
    created: Moment,
}

/// What was typed to make an account, and what is wrong with it.
#[derive(Debug, Default)]
pub(super) struct Typed {
    pub(super) user_name: String,
    pub(super) roles: Vec<Role>,
    pub(super) errors: Errors,
}

/// `GET /console/accounts`
pub(crate) async fn show(
    State(console): State<Arc<Console>>,
    ask: Ask,
) -> Result<Response, PageError> {
    ask.may(Access::WriteConnections)?;
    let notice = match ask.query.text("done") {
        "saved" => Some("Saved."),
        "deleted" => Some("The account is removed."),
        _ => None,
    };
    let typed = Typed { roles: vec![Role::IncidentViewer], ..Typed::default() };
    answer(&console, &ask.who, notice, typed).await
}

/// Renders the page.
pub(super) async fn answer(
    console: &Console,
    who: &SignedIn,
    notice: Option<&'static str>,
    typed: Typed,
) -> Result<Response, PageError> {
    let now = console.clock.now();
    let accounts = console.store.list_accounts(who.principal.tenant).await?;
    let row = |account: Account| Row {
        id: account.id,
        roles: roles::titles(&account.roles),
        has_password: account.password_hash.is_some(),
        is_self: account.id == who.account(),
        created: Moment::new(account.created, now),
        user_name: account.user_name,
    };
    let is_wrong = !typed.errors.is_empty();
    let page = Page {
        frame: Frame::of(who, Place::Accounts, "Accounts"),
        notice,
        rows: accounts.into_iter().map(row).collect(),
        has_passwords: console.sign_in.is_some(),
        user_name: typed.user_name,
        choices: roles::choices(&typed.roles),
        errors: typed.errors,
    };
    let status = if is_wrong { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    page::render_with(status, &page)
}
