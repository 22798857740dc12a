//! `/beta/deviceManagement/serviceNowConnections`: one file an operation.

pub(super) mod count;
pub(super) mod create;
pub(super) mod delete;
mod entity;
mod etag;
pub(super) mod get;
mod input;
pub(super) mod list;
mod one;
pub(super) mod update;

pub(crate) use input::InputError;
pub use one::connection_json;

/// Path of the collection from the service root, as declared.
const PATH: &str = "deviceManagement/serviceNowConnections";
