//! `/beta`: the resource of Microsoft Graph.

pub(crate) mod answer;
pub(crate) mod ask;
mod batch;
mod capabilities;
mod connections;
mod device_management;
mod dispatch;
mod edm;
mod metadata;
mod methods;
pub(crate) mod paging;
mod version;

pub(crate) use connections::InputError;
pub use connections::connection_json;
pub(crate) use dispatch::handle;
pub use metadata::metadata;
