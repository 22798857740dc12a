//! Troubleshooting + support > Troubleshoot: the incidents of a person.

mod asked;
mod column;
mod csv;
mod detail;
mod export;
mod found;
mod page;
mod people;
mod shown;
mod suggest;

use std::sync::Arc;

use axum::Router;
use axum::routing::get;

use crate::console::Console;

pub(crate) fn routes() -> Router<Arc<Console>> {
    Router::new()
        .route("/troubleshoot", get(page::show))
        .route("/troubleshoot/incidents.csv", get(export::show))
        .route("/troubleshoot/people", get(suggest::show))
}
