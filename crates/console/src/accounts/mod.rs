//! Tenant administration > Accounts: who may sign in to the console.

mod create;
mod list;
mod one;
mod roles;

use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post};

use crate::console::Console;

pub(crate) fn routes() -> Router<Arc<Console>> {
    Router::new()
        .route("/accounts", get(list::show).post(create::submit))
        .route("/accounts/{id}", get(one::show).post(one::set_roles))
        .route("/accounts/{id}/password", post(one::set_password))
        .route("/accounts/{id}/delete", post(one::delete))
}
