use axum::body::Body;
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::response::Response;
use identity::{Access, authorize};
use model::{ConnectionId, RunCounts, RunKind, SyncRun};
use odata::edm::TypeRef;
use odata::openapi::{Body as Sent, Operation};
use odata::payload::{ContextUrl, Member, read_entity, write_entity};
use odata::value::{Structured, Value};

use super::call::check_conditions;
use super::edm::{SYNC_REQUEST, SYNC_RUN, edm, sync_request};
use super::sets;
use super::structure::{optional_number, optional_text, optional_time, structured, text, time};
use crate::app::App;
use crate::error::ApiError;
use crate::graph::answer;
use crate::graph::ask::{Ask, format_of_document};
use crate::openapi::operation;

/// What it is.
pub(super) fn described() -> Operation {
    let call = (Some(sets::CONNECTIONS.path), "sync");
    let described = operation(call, "post", "Ask for a pass now", Access::WriteConnections);
    Operation {
        status: 202,
        body: Some(Sent::Optional(SYNC_REQUEST)),
        answer: Some(TypeRef::Entity(SYNC_RUN)),
        ..described
    }
}

/// `POST …/sync`: 202 with the pass that was asked for, and its `Location`. One that cannot begin
/// has failed already.
pub(super) async fn post(
    app: &App,
    ask: &Ask,
    id: ConnectionId,
    body: Body,
) -> Result<Response, ApiError> {
    authorize(&ask.principal, Access::WriteConnections)?;
    let option = format_of_document(&ask.query)?;
    let format = ask.format(option.as_deref())?;
    let kind = kind(ask, body).await?;
    check_conditions(app, ask, id).await?;
    let run = app.store.queue_run(ask.principal.tenant, id, kind, ask.now).await?;
    let run = run.ok_or(ApiError::NotFound)?;
    app.engine.wake();
    let path = format!("{}('{id}')/runs", sets::CONNECTIONS.path);
    let location = format!("{}/{}/{id}/runs/{}", ask.root, sets::CONNECTIONS.path, run.id);
    let context = ContextUrl::entity(&ask.root, &path, None);
    let body = write_entity(edm(), &entity(run), context, format);
    let mut answer = answer::json(StatusCode::ACCEPTED, format, body);
    answer::header(&mut answer, LOCATION, &location);
    Ok(answer)
}

/// Which pass the body asks for; none is needed for an incremental one.
async fn kind(ask: &Ask, body: Body) -> Result<RunKind, ApiError> {
    let Some(body) = ask.optional_json_body(body).await? else { return Ok(RunKind::Incremental) };
    let members = read_entity(edm(), sync_request(), &body)?;
    match members.property("kind") {
        Some(Member::Value(Value::String(name))) => {
            let kind = RunKind::ALL.into_iter().find(|kind| kind.name() == name);
            kind.ok_or(ApiError::RunKind)
        }
        Some(_) => Err(ApiError::RunKind),
        None => Ok(RunKind::Incremental),
    }
}

fn entity(run: SyncRun) -> Structured {
    let RunCounts { fetched, stored, removed, matched, readable } = run.counts;
    let (code, message) = run.failure.map(|failure| (failure.code, failure.message)).unzip();
    structured(
        SYNC_RUN,
        [
            ("id", text(run.id.to_string())),
            ("connectionId", text(run.connection.to_string())),
            ("kind", text(run.kind.name())),
            ("status", text(run.status.name())),
            ("queuedDateTime", time(run.queued)),
            ("startedDateTime", optional_time(run.started)),
            ("finishedDateTime", optional_time(run.finished)),
            ("fetched", Value::Int(fetched)),
            ("stored", Value::Int(stored)),
            ("removed", Value::Int(removed)),
            ("matched", optional_number(matched)),
            ("readable", optional_number(readable)),
            ("errorCode", optional_text(code)),
            ("errorMessage", optional_text(message)),
        ],
    )
}
