//! HTTP: the Graph API under `/beta`, the connector under `/connector/v1`, the token endpoint, and
//! probes.

mod app;
mod connector;
mod date_time;
mod error;
mod graph;
mod http;
mod openapi;
mod service;
mod token;

use std::sync::Arc;

use axum::routing::get;
use axum::{Router, middleware};
use tower_http::compression::CompressionLayer;

pub use app::{App, Parts, Visibility};
pub use graph::{connection_json, metadata};
pub use http::refusal::refusal;
pub use http::service_root::{InvalidPublicUrl, PublicUrl, Transport};
pub use openapi::{Root, openapi};
pub use service::{Service, Set};

/// Everything that is served.
pub fn router(app: Arc<App>) -> Router {
    let framed = middleware::from_fn_with_state(Arc::clone(&app), http::frame::frame);
    let tokens = app.token_endpoint.clone().map(token::routes).unwrap_or_default();
    Router::new()
        .route("/livez", get(http::health::livez).fallback(http::methods::only_get))
        .route("/readyz", get(http::health::readyz).fallback(http::methods::only_get))
        .merge(tokens)
        .fallback(graph::handle)
        .layer(CompressionLayer::new())
        .layer(framed)
        .with_state(app)
}
