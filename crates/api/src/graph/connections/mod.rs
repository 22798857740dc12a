//! `/beta/deviceManagement/serviceNowConnections`: one file an operation.

pub(super) mod create;
pub(super) mod delete;
mod entity;
mod etag;
pub(super) mod get;
mod input;
mod one;
pub(super) mod update;

use identity::Access;
use store::{CONNECTIONS, ComplexType, Entities};

use super::edm::{CONNECTION, OAUTH_SECRET};
use crate::service::Set;

pub(crate) use input::InputError;
pub use one::connection_json;

/// Path of the collection from the service root, as declared.
const PATH: &str = "deviceManagement/serviceNowConnections";

/// The collection; new connections come last, so that nobody who reads page by page misses one.
pub(super) static SET: Set = Set {
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
