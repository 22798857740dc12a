use axum::response::Response;
use identity::Access;
use model::ConnectionId;
use odata::edm::TypeRef;
use odata::expr::Expr;
use odata::openapi::{Operation, Parameter};
use odata::query;
use odata::value::Value;
use servicenow::Text;
use store::ListQuery;

use super::edm::INCIDENT;
use super::incidents::{REMOVED, SET, is};
use super::user_incidents::ValueRefusal;
use super::{CONNECTOR, option, sets, viewed};
use crate::app::App;
use crate::error::ApiError;
use crate::graph::ask::Ask;
use crate::openapi::operation;
use crate::service;

const DEVICE: &str = "device";
const PATH: &str = "deviceIncidents";
const NEWEST_FIRST: &str = "openedDateTime desc";
const SERIAL_NUMBER: &str = "configurationItemSerialNumber";
const NAME: &str = "configurationItemName";

/// What they are: those of one connection, and of all.
pub(super) fn described() -> [Operation; 2] {
    let device = Parameter {
        name: DEVICE,
        description: "Its serial number, or its name as a configuration item, as ServiceNow has it.",
        required: true,
        schema: option::text_schema(),
    };
    [Some(sets::CONNECTIONS.path), None].map(|of| Operation {
        parameters: vec![device.clone()],
        answer: Some(TypeRef::Collection(Box::new(TypeRef::Entity(INCIDENT)))),
        ..operation((of, PATH), "get", "The incidents of a device", Access::ReadIncidents)
    })
}

/// `GET …/deviceIncidents?device=…`: 200 with the stored incidents of the device with that serial number,
/// or else of those with that name, of one connection or of all; 404 if there is no such connection.
pub(super) async fn get(
    app: &App,
    ask: &Ask,
    connection: Option<ConnectionId>,
) -> Result<Response, ApiError> {
    viewed::authorized(app, ask)?;
    let device = Value::String(device(&ask.query)?.as_str().to_owned());
    let mut path = PATH.to_owned();
    let mut conditions = vec![is(REMOVED, Value::Null)];
    if let Some(id) = connection {
        let found = app.store.load_connection(ask.principal.tenant, id).await?;
        found.ok_or(ApiError::NotFound)?;
        conditions.push(is("connectionId", Value::String(id.to_string())));
        path = format!("{}/{id}/{PATH}", sets::CONNECTIONS.path);
    }
    let by = |property| Expr::And([&conditions[..], &[is(property, device.clone())]].concat());
    let filter = match by(SERIAL_NUMBER) {
        serial if is_any(app, ask, &serial).await? => serial,
        _ => by(NAME),
    };
    let all = SET.collection().only(filter).asked_at(path, NEWEST_FIRST);
    let answer = service::read(app, ask, &CONNECTOR, all, &[]).await?;
    viewed::by_query(app, ask, answer.extensions().get().copied()).await?;
    Ok(answer)
}

/// Either is found by an index; one of both would not be.
async fn is_any(app: &App, ask: &Ask, filter: &Expr) -> Result<bool, ApiError> {
    let query = ListQuery { filter: Some(filter), limit: 1, ..ListQuery::default() };
    let listed = app.store.list_entities(ask.principal.tenant, SET.entities, &query).await?;
    Ok(!listed.items.is_empty())
}

fn device(query: &str) -> Result<Text, ApiError> {
    let options = query::split(query)?;
    let device = option::custom(&options, DEVICE)?.unwrap_or_default();
    Text::parse(device).map_err(|reason| ValueRefusal { option: DEVICE, reason }.into())
}
