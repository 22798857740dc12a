//! Pages for people under `/console`: signing in, connections, incidents of a person.
//!
//! Everything is rendered here and works without JavaScript; `assets/console.js` only makes some of
//! it more comfortable. What is shown and done goes through the same functions of `store`,
//! `connector` and `identity` as the API; the rights of a session are those of a token.

mod accounts;
mod asset;
mod audit;
mod chart;
mod connectors;
mod console;
mod error;
mod errors;
mod first_administrator;
mod guest;
mod home;
mod http;
mod moment;
mod openid;
mod overview;
mod page;
mod password;
mod session;
mod sign_in;
mod sign_out;
mod troubleshoot;
mod words;

use std::sync::Arc;

use axum::response::Redirect;
use axum::routing::{get, post};
use axum::{Router, middleware};

pub use console::{Console, Parts};

/// All pages, and what they load.
pub fn router(console: Arc<Console>) -> Router {
    let framed = middleware::from_fn_with_state(Arc::clone(&console), http::frame);
    let pages = Router::new()
        .route("/", get(home::show))
        .route("/sign-in", get(sign_in::show).post(sign_in::submit))
        .route("/sign-in/openid", get(openid::begin))
        .route("/sign-in/callback", get(openid::finish))
        .route("/sign-out", post(sign_out::submit))
        .route("/sign-out-everywhere", post(sign_out::submit_everywhere))
        .route("/signed-out", get(sign_out::back))
        .route("/first-administrator", get(first_administrator::show))
        .route("/first-administrator", post(first_administrator::submit))
        .route("/assets/{name}", get(asset::serve))
        .route("/audit", get(audit::show))
        .route("/overview", get(overview::show))
        .route("/password", get(password::show).post(password::submit))
        .merge(accounts::routes())
        .merge(connectors::routes())
        .merge(troubleshoot::routes())
        .fallback(error::not_found)
        .method_not_allowed_fallback(error::method_not_allowed)
        .layer(http::compression())
        .layer(framed)
        .with_state(console);
    Router::new().nest(PATH, pages).route(&format!("{PATH}/"), get(|| async { Redirect::to(PATH) }))
}

/// Where the pages are.
const PATH: &str = "/console";
