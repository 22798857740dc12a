use axum::body::Body;
use axum::http::header::LOCATION;
use axum::http::{HeaderName, StatusCode};
use axum::response::Response;
use identity::{Access, authorize};
use model::{Activity, Connection, ConnectionId};
use odata::header::{Current, Return};
use odata::payload::read_entity;

use super::one::Shape;
use super::{input, one};
use crate::app::App;
use crate::error::ApiError;
use crate::graph::answer;
use crate::graph::ask::Ask;
use crate::graph::edm::{connection_type, edm};

/// `POST /deviceManagement/serviceNowConnections`: 201 with the object and its `Location`; 204
/// with `Prefer: return=minimal`; 412 if a precondition fails for the collection. The service makes the key, so a repeated POST makes another.
pub(crate) async fn handle(app: &App, ask: &Ask, body: Body) -> Result<Response, ApiError> {
    authorize(&ask.principal, Access::WriteConnections)?;
    let options = ask.options_of_write(connection_type())?;
    let format = ask.format(options.format.as_deref())?;
    let body = ask.json_body(body).await?;
    let draft = input::draft(&read_entity(edm(), connection_type(), &body)?)?;
    ask.conditions()?.check(Current::Untagged)?;
    let keys = (ask.principal.tenant, ConnectionId::random(app.rng.as_ref()));
    let connection = Connection::create(draft, keys, ask.now, &app.plain_http)?;
    let event = ask.author().record(Activity::Create, &connection, connection.given(), ask.now);
    app.store.insert_connection(connection.clone(), event).await?;
    let prefer = ask.prefer_of_write();
    let location = one::location(&ask.root, connection.id);
    let mut answer = match prefer.representation {
        Some(Return::Minimal) => {
            let mut answer = one::bare(StatusCode::NO_CONTENT, &connection)?;
            answer::header(&mut answer, ENTITY_ID, &location);
            answer
        }
        Some(Return::Representation) | None => {
            let shape = Shape { root: &ask.root, options: &options, format };
            one::answer(StatusCode::CREATED, connection, shape)?
        }
    };
    answer::header(&mut answer, LOCATION, &location);
    answer::preference_applied(&mut answer, prefer.applied());
    Ok(answer)
}

/// OData 4.01 protocol section 8.3.4.
const ENTITY_ID: HeaderName = HeaderName::from_static("odata-entityid");
