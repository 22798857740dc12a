use std::slice;

use axum::http::StatusCode;
use axum::response::Response;
use identity::{Access, authorize};
use odata::edm::Name;
use odata::payload::{ContextUrl, write_entity};
use odata::query::{QueryOptions, Target};
use odata::url::Segment;
use odata::value::{Structured, Value};

use super::ask::Ask;
use super::edm::{DEVICE_MANAGEMENT, device_management_type, edm};
use super::{answer, connections};
use crate::app::App;
use crate::error::ApiError;
use crate::service::{Computing, Owner, property, shape};

/// Path of the singleton from the service root.
const PATH: &str = "deviceManagement";

/// `GET /deviceManagement`, the singleton of the tenant, whose id it bears; of its `$ref`; of what
/// is below it but for the connections.
pub(super) async fn handle(app: &App, ask: &Ask, below: &[Segment]) -> Result<Response, ApiError> {
    authorize(&ask.principal, Access::ReadConnections)?;
    let id = Value::String(ask.principal.tenant.to_string());
    let singleton =
        Structured { type_name: DEVICE_MANAGEMENT, properties: vec![(Name::Borrowed("id"), id)] };
    let ty = device_management_type();
    match below {
        [] => {
            let options = ask.options_of(edm(), ty, Target::Entity)?;
            whole(app, ask, &options, singleton).await
        }
        [Segment::Ref] => {
            let options = ask.options_of(edm(), ty, Target::Document)?;
            let context = ContextUrl::reference_to_singleton(&ask.root, PATH);
            entity(ask, &options, &singleton, context)
        }
        below => {
            let owner = Owner { path: PATH, ty, entity: &singleton };
            property(ask, edm(), &owner, below)
        }
    }
}

async fn whole(
    app: &App,
    ask: &Ask,
    options: &QueryOptions,
    mut singleton: Structured,
) -> Result<Response, ApiError> {
    let mut computing = Computing::default();
    shape(options, slice::from_mut(&mut singleton), &mut computing)?;
    for item in &options.expand {
        let added = connections::expand(app, ask, item, &mut computing).await?;
        singleton.properties.extend(added);
    }
    let context = ContextUrl::singleton(&ask.root, PATH, options.select.as_ref())
        .expanding(&options.expand)
        .with_computed(&options.compute);
    entity(ask, options, &singleton, context)
}

fn entity(
    ask: &Ask,
    options: &QueryOptions,
    singleton: &Structured,
    context: ContextUrl<'_>,
) -> Result<Response, ApiError> {
    let format = ask.format(options.format.as_deref())?;
    let body = write_entity(edm(), singleton, context, format);
    Ok(answer::json(StatusCode::OK, format, body))
}
