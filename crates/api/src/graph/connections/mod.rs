//! `/beta/deviceManagement/serviceNowConnections`: one file an operation.

pub(super) mod create;
pub(super) mod delete;
mod entity;
mod etag;
pub(super) mod get;
mod input;
mod one;
pub(super) mod update;

use axum::response::Response;
use identity::{Access, authorize};
use odata::query::Target;
use store::{CONNECTIONS, ComplexType, Entities};

use super::GRAPH;
use super::ask::Ask;
use super::edm::{CONNECTION, OAUTH_SECRET, connection_type};
use crate::app::App;
use crate::error::ApiError;
use crate::service::{self, Set};

pub(crate) use input::InputError;
pub use one::connection_json;

/// Path of the collection from the service root, as declared.
const PATH: &str = "deviceManagement/serviceNowConnections";

/// The collection; new connections come last, so that nobody who reads page by page misses one.
static SET: Set = Set {
    path: PATH,
    entities: &Entities {
        table: &CONNECTIONS,
        ty: CONNECTION,
        complex: &[ComplexType {
            path: "authenticationMethod",
            kind: store::OAUTH_SECRET,
            ty: OAUTH_SECRET,
        }],
    },
    access: Access::ReadConnections,
    order: Some("createdDateTime"),
};

/// `GET` of the collection.
pub(super) async fn list(app: &App, ask: &Ask) -> Result<Response, ApiError> {
    authorize(&ask.principal, SET.access)?;
    let options = ask.options(connection_type(), Target::Collection)?;
    service::list(app, ask, &GRAPH, (&SET.collection(), &options)).await
}

/// `GET` of its `/$count`.
pub(super) async fn count(app: &App, ask: &Ask) -> Result<Response, ApiError> {
    authorize(&ask.principal, SET.access)?;
    let options = ask.options(connection_type(), Target::Count)?;
    service::count(app, ask, &SET.collection(), &options).await
}
