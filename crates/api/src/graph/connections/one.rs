//! The answer that carries a single connection.

use axum::http::StatusCode;
use axum::http::header::ETAG;
use axum::response::Response;
use model::{Connection, ConnectionId};
use odata::edm::Name;
use odata::payload::{ContextUrl, Format, MetadataLevel, write_entity};
use odata::query::Select;
use odata::value::Value;

use super::{PATH, entity, etag};
use crate::error::ApiError;
use crate::graph::answer;
use crate::graph::edm::edm;

/// The connection as the API shows it, without the context URL, as there is no request.
pub fn connection_json(connection: &Connection) -> String {
    let format = Format { metadata: MetadataLevel::Minimal, ieee754_compatible: false };
    let context = ContextUrl::entity("", PATH, None);
    let text = write_entity(edm(), &entity::entity(connection), context, format);
    // The context comes first, and there is no comma in it without `$select`.
    text.split_once(',').map_or(String::new(), |(_context, rest)| format!("{{{rest}"))
}

/// Renders the connection with its ETag.
pub(super) fn answer(
    status: StatusCode,
    connection: &Connection,
    (root, select, format): (&str, Option<&Select>, Format),
) -> Response {
    let context = ContextUrl::entity(root, PATH, select);
    let body = write_entity(edm(), &entity::entity(connection), context, format);
    let mut answer = answer::json(status, format, body);
    write_etag(&mut answer, connection);
    answer
}

/// Adds the ETag, also to answers without a body.
pub(super) fn write_etag(answer: &mut Response, connection: &Connection) {
    if let Ok(tag) = etag::etag(connection) {
        answer::header(answer, ETAG, &tag.to_string());
    }
}

/// The key of a path; what is no GUID cannot exist.
pub(super) fn id(key: &[(Name, Value)]) -> Result<ConnectionId, ApiError> {
    match key {
        [(_, Value::String(id))] => id.parse().map_err(|_no_guid| ApiError::NotFound),
        _ => Err(ApiError::NotFound),
    }
}

/// Absolute URL of the connection.
pub(super) fn location(root: &str, id: ConnectionId) -> String {
    format!("{root}/{PATH}/{id}")
}
