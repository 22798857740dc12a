use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::header::{AUTHORIZATION, CACHE_CONTROL, PRAGMA};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse as _, Response};
use axum::{Extension, Json};
use identity::{OAuthError, TokenEndpoint, TokenForm, TokenResponse};
use model::TenantId;

use super::refusal::refusal;
use crate::app::App;
use crate::http::body;

/// `POST /{tenant}/oauth2/v2.0/token` (RFC 6749 section 4.4): an access token for the secret of a
/// registered application.
pub(super) async fn handle(
    State(app): State<Arc<App>>,
    Extension(endpoint): Extension<TokenEndpoint>,
    Path(tenant): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let mut answer = match issue(&app, &endpoint, &tenant, (&headers, body)).await {
        Ok(token) => Json(token).into_response(),
        Err(error) => refusal(&error, headers.contains_key(AUTHORIZATION)),
    };
    let headers = answer.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(PRAGMA, HeaderValue::from_static("no-cache"));
    answer
}

async fn issue(
    app: &App,
    endpoint: &TokenEndpoint,
    tenant: &str,
    (headers, body): (&HeaderMap, Body),
) -> Result<TokenResponse, OAuthError> {
    let tenant: TenantId = tenant.parse().map_err(|_no_guid| OAuthError::UnknownTenant)?;
    let body = body::read(headers, body).await;
    let body = body.map_err(|error| OAuthError::Unreadable(error.to_string()))?;
    let mut lines = headers.get_all(AUTHORIZATION).iter().map(|value| value.to_str());
    let authorization = match (lines.next(), lines.next()) {
        (None, _) => None,
        (Some(Ok(only)), None) => Some(only),
        _ => return Err(OAuthError::UnreadableAuthorization),
    };
    let form = TokenForm::parse(&String::from_utf8_lossy(&body), authorization)?;
    endpoint.client_credentials(tenant, form, app.clock.now(), app.rng.as_ref()).await
}
