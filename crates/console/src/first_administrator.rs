use std::sync::Arc;

use askama::Template;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse as _, Redirect, Response};
use identity::{CreateAccountError, NewAccount, NewPassword, SetupLink, UserName};
use model::{Role, TenantId};
use store::AccountError;

use crate::console::Console;
use crate::error::PageError;
use crate::errors::Errors;
use crate::guest::Guest;
use crate::http::{Form, Query};
use crate::page::{self, Frame};

#[derive(Template)]
#[template(path = "first_administrator.html")]
struct Page<'a> {
    frame: Frame,
    guest_token: &'a str,
    link: &'a str,
    tenant: &'a str,
    user_name: &'a str,
    errors: Errors,
}

/// `GET /console/first-administrator?link=…`
pub(crate) async fn show(
    State(console): State<Arc<Console>>,
    headers: HeaderMap,
    uri: Uri,
) -> Result<Response, PageError> {
    let query = Query::of(&uri);
    let link = open_link(&console, query.text("link")).await?;
    let guest = Guest::of(&console, &headers);
    let tenant = match console.tenants.as_slice() {
        [tenant, ..] => *tenant,
        [] => TenantId::from_uuid(console.rng.uuid()),
    };
    let page = Page {
        frame: Frame::outside("Make the first account"),
        guest_token: guest.form_token(),
        link: link.reveal(),
        tenant: &tenant.to_string(),
        user_name: "",
        errors: Errors::default(),
    };
    let mut answer = page::render(&page)?;
    guest.remember(&mut answer, &console);
    Ok(answer)
}

/// `POST /console/first-administrator`
pub(crate) async fn submit(
    State(console): State<Arc<Console>>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, PageError> {
    let guest = Guest::of(&console, &headers);
    let form = Form::read(&headers, body, guest.secret()).await?;
    let link = open_link(&console, form.text("link")).await?;
    let errors = match read(&console, &form) {
        Ok(new) => {
            let (store, now) = (&console.store, console.clock.now());
            match link.create_account(store, new, now, &console.rng).await {
                Ok(()) => {
                    let signed = Redirect::to("/console/sign-in?done=first-administrator");
                    return Ok(signed.into_response());
                }
                Err(CreateAccountError::Store(AccountError::NameTaken)) => {
                    Errors::one("user_name", "Somebody else has this user name.")
                }
                Err(CreateAccountError::Store(AccountError::Link)) => {
                    return Err(PageError::NotFound);
                }
                Err(error) => return Err(error.into()),
            }
        }
        Err(errors) => errors,
    };
    let page = Page {
        frame: Frame::outside("Make the first account"),
        guest_token: guest.form_token(),
        link: link.reveal(),
        tenant: form.text("tenant"),
        user_name: form.text("user_name"),
        errors,
    };
    page::render_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
}

/// Nobody is told why a link is not good.
async fn open_link(console: &Console, text: &str) -> Result<SetupLink, PageError> {
    let link: SetupLink = text.parse().map_err(|_no_link| PageError::NotFound)?;
    let is_open = link.is_open(&console.store, console.clock.now()).await?;
    if is_open { Ok(link) } else { Err(PageError::NotFound) }
}

fn read(console: &Console, form: &Form) -> Result<NewAccount, Errors> {
    let mut errors = Errors::default();
    let tenant = form.text("tenant").trim().parse::<TenantId>().ok();
    let served = |tenant: &TenantId| console.tenants.is_empty() || console.tenants.contains(tenant);
    let tenant = tenant.filter(served);
    if tenant.is_none() {
        errors.add("tenant", "Enter the GUID of a tenant that this service has.");
    }
    let user_name = form.text("user_name").parse::<UserName>();
    let user_name = user_name.map_err(|error| errors.add("user_name", error.to_string())).ok();
    let password = NewPassword::parse(form.text("password").into());
    let password = password.map_err(|error| errors.add("password", error.to_string())).ok();
    match (tenant, user_name, password) {
        (Some(tenant), Some(user_name), Some(password)) => {
            Ok(NewAccount { tenant, user_name, password, roles: Role::ALL.to_vec() })
        }
        _ => Err(errors),
    }
}
