//! `/beta`: the resource of Microsoft Graph.

pub(crate) mod answer;
pub(crate) mod ask;
mod batch;
pub(crate) mod capabilities;
pub(crate) mod conditions;
mod connections;
mod device_management;
mod dispatch;
mod documents;
pub(crate) mod edm;
mod methods;
mod operate;
pub(crate) mod paging;
mod version;

pub(crate) use connections::InputError;
pub use connections::connection_json;
pub(crate) use dispatch::handle;
pub(crate) use documents::Documents;
pub use documents::metadata;

use crate::service::Service;

/// What `/beta` has in common with every other model; its operations are its own.
pub(crate) static GRAPH: Service =
    Service { path: "beta", edm: edm::edm, sets: &[], contained: &[] };
