//! `/connector/v1`: what Graph leaves out. Its model is data, which `service` reads; what has to be
//! decided besides has a file of its own.

mod capabilities;
mod edm;
mod incidents;

use axum::response::Response;
use odata::url::{ResourcePath, Segment};

use crate::app::App;
use crate::error::ApiError;
use crate::graph::ask::Ask;
use crate::service::{self, Service};

pub(crate) static CONNECTOR: Service =
    Service { path: "connector/v1", edm: edm::edm, sets: &[incidents::SET], contained: &[] };

/// Answers `GET` of what a path leads to.
pub(crate) async fn read(app: &App, ask: &Ask, path: &ResourcePath) -> Result<Response, ApiError> {
    match path.segments.as_slice() {
        [Segment::EntitySet { name, .. }, below @ ..] if *name == incidents::SET.path => {
            incidents::read(app, ask, below).await
        }
        _ => service::handle(app, &CONNECTOR, path, ask).await,
    }
}
