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
use odata::edm::Name;
use odata::query::{ExpandItem, Target};
use odata::url::Segment;
use odata::value::Value;
use store::{CONNECTIONS, ComplexType, Entities};

use super::GRAPH;
use super::ask::Ask;
use super::edm::{CONNECTION, OAUTH_SECRET, connection_type};
use crate::app::App;
use crate::error::ApiError;
use crate::service::{self, Collection, Computing, Set};

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

/// `GET` of the collection and of what the path names below it, but for one connection.
pub(super) async fn read(app: &App, ask: &Ask, below: &[Segment]) -> Result<Response, ApiError> {
    authorize(&ask.principal, SET.access)?;
    match below {
        [filters @ .., Segment::Count] if are_filters(filters) => {
            let options = ask.options(connection_type(), Target::Count)?;
            service::count(app, ask, &filtered(filters), &options).await
        }
        filters if are_filters(filters) => {
            let options = ask.options(connection_type(), Target::Collection)?;
            service::list(app, ask, &GRAPH, (&filtered(filters), &options)).await
        }
        _ => {
            let below = below.iter().map(canonical).collect::<Result<Vec<_>, _>>()?;
            service::read(app, ask, &GRAPH, SET.collection(), &below).await
        }
    }
}

/// What `$expand` of the singleton adds to it.
pub(super) async fn expand(
    app: &App,
    ask: &Ask,
    item: &ExpandItem,
    computing: &mut Computing,
) -> Result<Vec<(Name, Value)>, ApiError> {
    service::expand_set(app, ask, (&GRAPH, &SET), item, computing).await
}

fn are_filters(segments: &[Segment]) -> bool {
    segments.iter().all(|segment| matches!(segment, Segment::Filter(_)))
}

fn filtered(filters: &[Segment]) -> Collection {
    filters.iter().fold(SET.collection(), |all, segment| match segment {
        Segment::Filter(filter) => all.filtered(filter),
        _ => all,
    })
}

/// Ids are GUIDs in any case, and rows have them in lower case.
fn canonical(segment: &Segment) -> Result<Segment, ApiError> {
    Ok(match segment {
        Segment::Key(key) => {
            let id = one::id(key)?.to_string();
            Segment::Key(vec![("id".into(), Value::String(id))])
        }
        other => other.clone(),
    })
}
