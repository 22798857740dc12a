use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use model::TenantId;

use crate::app::App;
use crate::http::service_root::PublicUrl;

/// `GET /{tenant}/discovery/v2.0/keys` (RFC 7517 section 5).
pub(crate) async fn keys(State(app): State<Arc<App>>, Path(tenant): Path<String>) -> Response {
    let (Some(endpoint), Ok(_)) = (&app.token_endpoint, tenant.parse::<TenantId>()) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    match endpoint.keys.published().await {
        Ok(keys) => Json(keys).into_response(),
        Err(error) => {
            tracing::error!(error = &error as &dyn std::error::Error, "no keys to publish");
            StatusCode::SERVICE_UNAVAILABLE.into_response()
        }
    }
}

/// `GET /{tenant}/v2.0/.well-known/openid-configuration` (OpenID Connect Discovery 1.0 section 4).
pub(crate) async fn configuration(
    State(app): State<Arc<App>>,
    Path(tenant): Path<String>,
    request: Request,
) -> Response {
    let base = PublicUrl::of_request(app.public_url.as_ref(), request.uri(), request.headers());
    match (&app.token_endpoint, tenant.parse::<TenantId>(), base) {
        (Some(endpoint), Ok(tenant), Ok(base)) => {
            Json(endpoint.issuer.openid_configuration(tenant, base.as_str())).into_response()
        }
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}
