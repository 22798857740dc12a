use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use identity::{Access, CreateAccountError, NewAccount, NewPassword, UserName, add_account};
use model::Role;
use store::AccountError;

use super::list::{self, Typed};
use super::{one, roles};
use crate::console::Console;
use crate::error::PageError;
use crate::errors::Errors;
use crate::session::AskWithForm;

/// `POST /console/accounts`: the password is made here, and shown once.
pub(crate) async fn submit(
    State(console): State<Arc<Console>>,
    ask: AskWithForm,
) -> Result<Response, PageError> {
    ask.may(Access::WriteConnections)?;
    if console.sign_in.is_none() {
        return Err(PageError::NotFound);
    }
    let password = NewPassword::random(console.rng.as_ref());
    let errors = match read(&ask) {
        Ok((user_name, roles)) => {
            let tenant = ask.who.principal.tenant;
            let name = user_name.to_string();
            let new = NewAccount { tenant, user_name, password: password.clone(), roles };
            let (author, now) = (ask.who.author(), console.clock.now());
            match add_account(&console.store, new, &author, now, &console.rng).await {
                Ok(()) => return one::once(&ask.who, &name, &password),
                Err(CreateAccountError::Store(AccountError::NameTaken)) => {
                    Errors::one("user_name", "Somebody else has this user name.")
                }
                Err(error) => return Err(error.into()),
            }
        }
        Err(errors) => errors,
    };
    let typed = Typed {
        user_name: ask.form.text("user_name").to_owned(),
        roles: Role::ALL.into_iter().filter(|role| ask.form.has(role.name())).collect(),
        errors,
    };
    list::answer(&console, &ask.who, None, typed).await
}

fn read(ask: &AskWithForm) -> Result<(UserName, Vec<Role>), Errors> {
    let user_name = ask.form.text("user_name").parse::<UserName>();
    let user_name = user_name.map_err(|error| Errors::one("user_name", error.to_string()))?;
    Ok((user_name, roles::ticked(&ask.form)?))
}
