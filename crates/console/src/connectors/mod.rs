//! Tenant administration > Connectors and tokens > ServiceNow connector.

pub(crate) mod activity;
mod create;
mod credential;
mod delete;
mod edit;
mod export;
mod fields;
mod history;
mod list;
mod one;
mod report;
mod status;
mod sync;
mod test;
mod tested;
mod tidy;

use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post};

use crate::console::Console;

pub(crate) use status::Status;

pub(crate) fn routes() -> Router<Arc<Console>> {
    Router::new()
        .route("/connectors", get(list::show))
        .route("/connectors/new", get(create::show).post(create::submit))
        .route("/connectors/{id}", get(edit::show).post(edit::submit))
        .route("/connectors/{id}/connection.json", get(export::json))
        .route("/connectors/{id}/connection.tf", get(export::terraform))
        .route("/connectors/{id}/credential", get(credential::show).post(credential::submit))
        .route("/connectors/{id}/credential/delete", post(credential::remove))
        .route("/connectors/{id}/delete", get(delete::show).post(delete::submit))
        .route("/connectors/{id}/sync", post(sync::submit))
        .route("/connectors/{id}/test", post(test::submit))
        .route("/connectors/{id}/test/steps", post(test::stream))
}
