//! The token endpoint of the built-in issuer and its public documents, in the paths of Entra ID.
//! Their errors are those of OAuth.

mod documents;
mod issue;
mod refusal;

use std::sync::Arc;

use axum::routing::{get, post};
use axum::{Extension, Router};
use identity::TokenEndpoint;

use crate::app::App;
use crate::http::methods::{only_get, only_post};

/// Where the built-in issuer is in use.
pub(crate) fn routes(endpoint: TokenEndpoint) -> Router<Arc<App>> {
    Router::new()
        .route("/{tenant}/oauth2/v2.0/token", post(issue::handle).fallback(only_post))
        .route("/{tenant}/discovery/v2.0/keys", get(documents::keys).fallback(only_get))
        .route(
            "/{tenant}/v2.0/.well-known/openid-configuration",
            get(documents::configuration).fallback(only_get),
        )
        .layer(Extension(endpoint))
}
