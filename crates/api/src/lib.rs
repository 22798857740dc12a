//! HTTP: the Graph API under `/beta`, the token endpoint, and probes.

mod app;
mod error;
mod graph;
mod http;
mod token;

use std::sync::Arc;

use axum::routing::{get, post};
use axum::{Router, middleware};
use tower_http::compression::CompressionLayer;

pub use app::{App, Parts};
pub use graph::{connection_json, metadata_xml};
pub use http::service_root::{InvalidPublicUrl, PublicUrl};

/// Everything that is served.
pub fn router(app: Arc<App>) -> Router {
    let framed = middleware::from_fn_with_state(Arc::clone(&app), http::frame::frame);
    Router::new()
        .route("/livez", get(http::health::livez))
        .route("/readyz", get(http::health::readyz))
        .route("/{tenant}/oauth2/v2.0/token", post(token::issue::handle))
        .route("/{tenant}/discovery/v2.0/keys", get(token::documents::keys))
        .route(
            "/{tenant}/v2.0/.well-known/openid-configuration",
            get(token::documents::configuration),
        )
        .fallback(graph::handle)
        .layer(CompressionLayer::new())
        .layer(framed)
        .with_state(app)
}
