//! Routes outside the OData service: other methods than theirs are refused in Graph's shape.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::response::Response;

use super::ids::RequestIds;
use crate::app::App;
use crate::error::{ApiError, Place};

pub(crate) async fn only_get(State(app): State<Arc<App>>, request: Request) -> Response {
    refuse(&app, &request, "GET, HEAD")
}

pub(crate) async fn only_post(State(app): State<Arc<App>>, request: Request) -> Response {
    refuse(&app, &request, "POST")
}

fn refuse(app: &App, request: &Request, allow: &'static str) -> Response {
    let ids = request.extensions().get::<RequestIds>().cloned();
    let ids = ids.unwrap_or_else(|| RequestIds::new(request.headers(), app.rng.as_ref()));
    let place = Place::outside_graph(ids, app.clock.now(), request.uri().path());
    ApiError::MethodNotAllowed { method: request.method().to_string(), allow }.into_response(&place)
}
