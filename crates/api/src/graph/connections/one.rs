//! The answer that carries a single connection.

use std::slice;

use axum::http::StatusCode;
use axum::http::header::ETAG;
use axum::response::Response;
use model::{Connection, ConnectionId};
use odata::edm::Name;
use odata::payload::{ContextUrl, Format, write_entity};
use odata::query::QueryOptions;
use odata::value::Value;

use super::{PATH, entity, etag};
use crate::error::ApiError;
use crate::graph::answer;
use crate::graph::edm::edm;
use crate::service::{self, Computing};

/// The connection as the API shows it, without the context URL, as there is no request.
pub fn connection_json(connection: Connection) -> String {
    let format = Format::default();
    let context = ContextUrl::entity("", PATH, None);
    let text = write_entity(edm(), &entity::entity(connection), context, format);
    // The context comes first, and there is no comma in it without `$select`.
    text.split_once(',').map_or(String::new(), |(_context, rest)| format!("{{{rest}"))
}

/// How a connection is shown.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shape<'a> {
    pub(super) root: &'a str,
    pub(super) options: &'a QueryOptions,
    pub(super) format: Format,
}

/// Renders the connection with its ETag.
pub(super) fn answer(
    status: StatusCode,
    connection: Connection,
    shape: Shape<'_>,
) -> Result<Response, ApiError> {
    let tag = etag::etag(&connection)?;
    let mut entity = entity::entity(connection);
    service::shape(shape.options, slice::from_mut(&mut entity), &mut Computing::default())?;
    let context = ContextUrl::entity(shape.root, PATH, shape.options.select.as_ref());
    let context = context.with_computed(&shape.options.compute);
    let body = write_entity(edm(), &entity, context, shape.format);
    let mut answer = answer::json(status, shape.format, body);
    answer::header(&mut answer, ETAG, &tag.to_string());
    Ok(answer)
}

/// No body, but the ETag.
pub(super) fn bare(status: StatusCode, connection: &Connection) -> Result<Response, ApiError> {
    let mut answer = answer::empty(status);
    answer::header(&mut answer, ETAG, &etag::etag(connection)?.to_string());
    Ok(answer)
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
