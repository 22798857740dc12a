use std::sync::Arc;

use axum::Json;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::header::{AUTHORIZATION, CACHE_CONTROL, PRAGMA, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use identity::{OAuthError, TokenForm};
use model::TenantId;

use crate::app::App;
use crate::http::body;

/// `POST /{tenant}/oauth2/v2.0/token` (RFC 6749 section 4.4): an access token for the secret of a
/// registered application.
pub(crate) async fn handle(
    State(app): State<Arc<App>>,
    Path(tenant): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let Some(endpoint) = &app.token_endpoint else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let Ok(tenant) = tenant.parse::<TenantId>() else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let body = match body::read(&headers, body).await {
        Ok(body) => body,
        Err(error) => return (StatusCode::BAD_REQUEST, error.to_string()).into_response(),
    };
    let text = String::from_utf8_lossy(&body);
    let authorization = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    let now = app.clock.now();
    let granted = match TokenForm::parse(&text, authorization) {
        Ok(form) => endpoint.client_credentials(tenant, form, now, app.rng.as_ref()).await,
        Err(error) => Err(error),
    };
    let mut answer = match granted {
        Ok(token) => Json(token).into_response(),
        Err(error) => refusal(&error, authorization.is_some()),
    };
    let headers = answer.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(PRAGMA, HeaderValue::from_static("no-cache"));
    answer
}

fn refusal(error: &OAuthError, by_header: bool) -> Response {
    let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::BAD_REQUEST);
    if status.is_server_error() {
        tracing::error!(error = error as &dyn std::error::Error, "no token could be issued");
    }
    let mut answer = (status, Json(error.body())).into_response();
    if status == StatusCode::UNAUTHORIZED && by_header {
        let challenge = HeaderValue::from_static("Basic realm=\"nowgraph\"");
        answer.headers_mut().insert(WWW_AUTHENTICATE, challenge);
    }
    if status == StatusCode::SERVICE_UNAVAILABLE {
        answer.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("1"));
    }
    answer
}
