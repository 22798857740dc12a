//! `/connector/v1`: what Graph leaves out. Its model is data, which `service` reads; what has to be
//! decided besides, and what is no read of the model, has a file of its own.

mod call;
mod capabilities;
mod credential;
mod device_incidents;
mod edm;
mod export;
mod health;
mod incident;
mod incidents;
mod option;
mod people;
mod sets;
mod structure;
mod sync;
mod test;
mod user_incidents;
mod viewed;

use axum::body::Body;
use axum::http::Method;
use axum::response::Response;
use odata::edm::Name;
use odata::openapi::Operation;
use odata::url::{ResourcePath, Segment};
use odata::value::Value;

use crate::app::App;
use crate::error::ApiError;
use crate::graph::ask::Ask;
use crate::service::{self, Service, Set};

pub(crate) use call::Call;
pub(crate) use credential::CredentialRefusal;
pub(crate) use user_incidents::ValueRefusal;

pub(crate) static CONNECTOR: Service = Service {
    path: "connector/v1",
    edm: edm::edm,
    sets: &[incidents::SET, sets::CONNECTIONS, sets::AUDIT],
    contained: &[sets::RUNS],
};

/// What is no read of the model, for those who have to be told.
pub(crate) fn operations() -> Vec<Operation> {
    let mut all = credential::described().to_vec();
    all.extend([health::described(), sync::described(), test::described(), people::described()]);
    all.extend(user_incidents::described());
    all.extend(device_incidents::described());
    all
}

/// Sets with what reading takes, by the types of their entities.
pub(crate) fn sets() -> impl Iterator<Item = &'static Set> {
    CONNECTOR.sets.iter().chain(CONNECTOR.contained)
}

/// Answers `GET` of what a path leads to.
pub(crate) async fn read(app: &App, ask: &Ask, path: &ResourcePath) -> Result<Response, ApiError> {
    let path = ResourcePath { segments: path.segments.iter().map(canonical).collect() };
    match path.segments.as_slice() {
        [Segment::EntitySet { name, .. }, below @ ..] if *name == incidents::SET.path => {
            incidents::read(app, ask, below).await
        }
        [Segment::EntitySet { name, .. }]
            if *name == sets::AUDIT.path && export::is_wanted(ask) =>
        {
            export::audit(app, ask).await
        }
        _ => service::handle(app, &CONNECTOR, &path, ask).await,
    }
}

/// Carries out what is no read of the model.
pub(crate) async fn carry_out(
    app: &App,
    ask: &Ask,
    (method, call): (&Method, Call),
    body: Body,
) -> Result<Response, ApiError> {
    match (call, method.as_str()) {
        (Call::Credential(id), "GET" | "HEAD") => credential::get(app, ask, id).await,
        (Call::Credential(id), "PUT") => credential::put(app, ask, id, body).await,
        (Call::Credential(id), "DELETE") => credential::delete(app, ask, id).await,
        (Call::Health(id), "GET" | "HEAD") => health::get(app, ask, id).await,
        (Call::Sync(id), "POST") => sync::post(app, ask, id, body).await,
        (Call::Test(id), "POST") => test::post(app, ask, id).await,
        (Call::People, "GET" | "HEAD") => people::get(app, ask).await,
        (Call::UserIncidents(id), "GET" | "HEAD") => user_incidents::get(app, ask, id).await,
        (Call::DeviceIncidents(id), "GET" | "HEAD") => device_incidents::get(app, ask, id).await,
        (call, method) => {
            let allow = call.allowed();
            Err(ApiError::MethodNotAllowed { method: method.to_owned(), allow })
        }
    }
}

/// Ids that the service makes are GUIDs in any case, and rows have them in lower case.
fn canonical(segment: &Segment) -> Segment {
    let lower = |(name, value): &(Name, Value)| match value {
        Value::String(id) if name == "id" || name == "connectionId" => {
            (name.clone(), Value::String(id.to_ascii_lowercase()))
        }
        _ => (name.clone(), value.clone()),
    };
    match segment {
        Segment::Key(key) => Segment::Key(key.iter().map(lower).collect()),
        other => other.clone(),
    }
}
