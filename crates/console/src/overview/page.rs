use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use identity::{Access, authorize};
use model::{ConnectionId, Timestamp};
use store::{Labelled, ListQuery};

use super::opened::{self, By};
use super::period::Period;
use crate::chart::{Chart, grouped};
use crate::connectors::{Status, activity};
use crate::console::Console;
use crate::error::PageError;
use crate::moment::Moment;
use crate::page::{self, Frame, Place};
use crate::session::Ask;

#[derive(Template)]
#[template(path = "overview.html")]
struct Page {
    frame: Frame,
    period: Period,
    incidents: Option<Incidents>,
    connections: Option<Vec<Connection>>,
}

/// What there is of incidents.
#[derive(Debug)]
struct Incidents {
    total: String,
    states: Vec<(String, String)>,
    by_state: Option<Chart>,
    by_priority: Option<Chart>,
    by_group: Option<Chart>,
}

/// How a connection is.
#[derive(Debug)]
struct Connection {
    id: ConnectionId,
    name: String,
    status: Status,
    last_queried: Option<Moment>,
    activity: Option<Chart>,
}

/// Connections that are listed, and of which passes are drawn.
const MOST: u64 = 50;
const DRAWN: usize = 10;
const PASSES: u32 = 200;

/// `GET /console/overview?days=…`
pub(crate) async fn show(
    State(console): State<Arc<Console>>,
    ask: Ask,
) -> Result<Response, PageError> {
    let sees_connections = authorize(&ask.who.principal, Access::ReadConnections).is_ok();
    let sees_incidents = authorize(&ask.who.principal, Access::ReadIncidents).is_ok();
    if !sees_connections {
        ask.may(Access::ReadIncidents)?;
    }
    let (period, now) = (Period::named(ask.query.text("days")), console.clock.now());
    let incidents = if sees_incidents && console.shows_incidents {
        Some(incidents(&console, &ask, period, now).await?)
    } else {
        None
    };
    let connections =
        if sees_connections { Some(connections(&console, &ask, now).await?) } else { None };
    let frame = Frame::of(&ask.who, Place::Overview, "Overview");
    page::render(&Page { frame, period, incidents, connections })
}

/// The numbers; that they were shown is on record before they are.
async fn incidents(
    console: &Console,
    ask: &Ask,
    period: Period,
    now: Timestamp,
) -> Result<Incidents, PageError> {
    let (store, tenant) = (&console.store, ask.who.principal.tenant);
    let mut states = store.incident_states(tenant).await?;
    states.sort_by_key(|(state, _)| state.value.parse::<i64>().unwrap_or(i64::MAX));
    let tallies = store.tally_incidents(tenant, period.range(now), period.seconds()).await?;
    let query = format!("/console/overview?days={}", period.days());
    store.record_event(ask.who.author().queried(tenant, query, 0, now)).await?;
    let spans = period.labels(now);
    let state = |(Labelled { label, .. }, rows)| {
        (if label.is_empty() { "None".to_owned() } else { label }, grouped(rows))
    };
    Ok(Incidents {
        total: grouped(states.iter().map(|(_, rows)| rows).sum()),
        states: states.into_iter().map(state).collect(),
        by_state: opened::chart(&tallies, &spans, By::State),
        by_priority: opened::chart(&tallies, &spans, By::Priority),
        by_group: opened::chart(&tallies, &spans, By::Group),
    })
}

async fn connections(
    console: &Console,
    ask: &Ask,
    now: Timestamp,
) -> Result<Vec<Connection>, PageError> {
    let (store, tenant) = (&console.store, ask.who.principal.tenant);
    let all = ListQuery { limit: MOST, ..ListQuery::default() };
    let mut connections = Vec::new();
    for connection in store.list_connections(tenant, &all).await?.items {
        // One that was deleted between the two is left out.
        let Some(health) = store.health(tenant, connection.id).await? else { continue };
        let activity = if connections.len() < DRAWN {
            activity::chart(&store.runs(tenant, connection.id, PASSES).await?)
        } else {
            None
        };
        connections.push(Connection {
            id: connection.id,
            status: Status::of(health, now),
            last_queried: connection.last_queried.map(|queried| Moment::new(queried.at, now)),
            name: connection.instance_url.unwrap_or_else(|| "No instance host yet".to_owned()),
            activity,
        });
    }
    Ok(connections)
}
