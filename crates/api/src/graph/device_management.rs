use std::slice;

use axum::http::StatusCode;
use axum::response::Response;
use identity::{Access, authorize};
use odata::edm::Name;
use odata::payload::{ContextUrl, write_entity};
use odata::value::{Structured, Value};

use super::answer;
use super::ask::Ask;
use super::edm::{DEVICE_MANAGEMENT, device_management_type, edm};
use crate::error::ApiError;
use crate::service::{Computing, shape};

/// `GET /deviceManagement`: the singleton of the tenant, whose id it bears.
pub(crate) fn handle(ask: &Ask) -> Result<Response, ApiError> {
    authorize(&ask.principal, Access::ReadConnections)?;
    let options = ask.options(device_management_type(), odata::query::Target::Entity)?;
    let format = ask.format(options.format.as_deref())?;
    let id = Value::String(ask.principal.tenant.to_string());
    let mut singleton =
        Structured { type_name: DEVICE_MANAGEMENT, properties: vec![(Name::Borrowed("id"), id)] };
    shape(&options, slice::from_mut(&mut singleton), &mut Computing::default())?;
    let select = options.select.as_ref();
    let context = ContextUrl::singleton(&ask.root, "deviceManagement", select)
        .with_computed(&options.compute);
    let body = write_entity(edm(), &singleton, context, format);
    Ok(answer::json(StatusCode::OK, format, body))
}
