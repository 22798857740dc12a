use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use identity::{Access, authorize};
use model::{Connection, ConnectionId, ConnectionStatus, Timestamp};
use store::ListQuery;

use super::status::Status;
use crate::console::Console;
use crate::error::PageError;
use crate::moment::Moment;
use crate::page::{self, Frame, Place};
use crate::session::Ask;

#[derive(Template)]
#[template(path = "connectors.html")]
struct Page {
    frame: Frame,
    rows: Vec<Row>,
    notice: Option<&'static str>,
    may_change: bool,
}

#[derive(Debug)]
struct Row {
    id: ConnectionId,
    name: String,
    status: Status,
    is_on: bool,
    last_connection: Option<Moment>,
}

/// `GET /console/connectors`
pub(crate) async fn show(
    State(console): State<Arc<Console>>,
    ask: Ask,
) -> Result<Response, PageError> {
    ask.may(Access::ReadConnections)?;
    let (tenant, now) = (ask.who.principal.tenant, console.clock.now());
    let all = ListQuery { limit: MOST, ..ListQuery::default() };
    let connections = console.store.list_connections(tenant, &all).await?.items;
    let mut rows = Vec::with_capacity(connections.len());
    for connection in connections {
        // One that was deleted between the two is left out.
        if let Some(health) = console.store.health(tenant, connection.id).await? {
            rows.push(row(connection, Status::of(health, now), now));
        }
    }
    let notice = match ask.query.text("done") {
        "deleted" => Some("The connection is deleted."),
        _ => None,
    };
    let frame = Frame::of(&ask.who, Place::Connectors, "ServiceNow connector");
    let may_change = authorize(&ask.who.principal, Access::WriteConnections).is_ok();
    page::render(&Page { frame, rows, notice, may_change })
}

/// Nobody has so many instances.
const MOST: u64 = 200;

fn row(connection: Connection, status: Status, now: Timestamp) -> Row {
    Row {
        id: connection.id,
        status,
        is_on: connection.status == ConnectionStatus::Enabled,
        last_connection: connection.last_queried.map(|queried| Moment::new(queried.at, now)),
        name: connection.instance_url.unwrap_or_else(|| "No instance host yet".to_owned()),
    }
}
