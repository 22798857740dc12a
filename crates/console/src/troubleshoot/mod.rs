//! Troubleshooting + support > Troubleshoot: the incidents of a person.

mod asked;
mod authenticate;
mod column;
mod csv;
mod detail;
mod export;
mod found;
mod own_rights;
mod page;
mod people;
mod shown;
mod suggest;

use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post};

use crate::console::Console;

pub(crate) use authenticate::CALLBACK;

pub(crate) fn routes() -> Router<Arc<Console>> {
    Router::new()
        .route("/troubleshoot", get(page::show))
        .route("/troubleshoot/incidents.csv", get(export::show))
        .route("/troubleshoot/people", get(suggest::show))
        .route("/troubleshoot/authenticate", get(authenticate::begin))
        .route("/troubleshoot/callback", get(authenticate::finish))
        .route("/troubleshoot/forget", post(authenticate::forget))
}
