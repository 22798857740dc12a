use std::sync::Arc;

use axum::extract::{Path, Request, State};
use axum::response::{IntoResponse as _, Response};
use axum::{Extension, Json};
use identity::{OAuthError, TokenEndpoint};
use model::TenantId;

use super::refusal::refusal;
use crate::app::App;

/// `GET /{tenant}/discovery/v2.0/keys` (RFC 7517 section 5).
pub(super) async fn keys(
    Extension(endpoint): Extension<TokenEndpoint>,
    Path(tenant): Path<String>,
) -> Response {
    if tenant.parse::<TenantId>().is_err() {
        return refusal(&OAuthError::UnknownTenant, false);
    }
    match endpoint.keys.published().await {
        Ok(keys) => Json(keys).into_response(),
        Err(error) => refusal(&OAuthError::Unavailable(Box::new(error)), false),
    }
}

/// `GET /{tenant}/v2.0/.well-known/openid-configuration` (OpenID Connect Discovery 1.0 section 4).
pub(super) async fn configuration(
    State(app): State<Arc<App>>,
    Extension(endpoint): Extension<TokenEndpoint>,
    Path(tenant): Path<String>,
    request: Request,
) -> Response {
    let base = app.base_of(request.uri(), request.headers());
    match (tenant.parse::<TenantId>(), base) {
        (Ok(tenant), Ok(base)) => {
            Json(endpoint.issuer.openid_configuration(tenant, base.as_str())).into_response()
        }
        (Err(_), _) => refusal(&OAuthError::UnknownTenant, false),
        (_, Err(missing)) => refusal(&OAuthError::Unreadable(missing.to_string()), false),
    }
}
