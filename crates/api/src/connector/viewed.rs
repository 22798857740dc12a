//! Records who was shown which incidents. The record is on disk before the answer leaves, so that
//! nothing is seen without it; records that wait at the same time share a commit.

use identity::{Access, authorize};
use model::ConnectionId;
use odata::query::{self, QueryError};

use crate::app::{App, Visibility};
use crate::error::ApiError;
use crate::graph::ask::Ask;
use crate::graph::paging;
use crate::service::Shown;

/// Whether the caller may look at incidents at all.
pub(super) fn authorized(app: &App, ask: &Ask) -> Result<(), ApiError> {
    authorize(&ask.principal, Access::ReadIncidents)?;
    match app.visibility {
        Visibility::Service => Ok(()),
        Visibility::Agent => Err(ApiError::OwnRightsOnly),
    }
}

/// Incidents of a person were found.
pub(super) async fn of_person(
    app: &App,
    ask: &Ask,
    connection: Option<ConnectionId>,
    (person, rows): (&str, usize),
) -> Result<(), ApiError> {
    let key = (ask.principal.tenant, connection);
    let event = ask.author().viewed(key, person, count(rows), ask.now);
    Ok(app.store.record_event(event).await?)
}

/// The answer to a query of incidents is made; without rows it is a mere number.
pub(super) async fn by_query(app: &App, ask: &Ask, shown: Option<Shown>) -> Result<(), ApiError> {
    let shown = shown.map_or(0, |shown| shown.0);
    let (tenant, query) = (ask.principal.tenant, question(ask)?);
    let event = ask.author().queried(tenant, query, count(shown), ask.now);
    Ok(app.store.record_event(event).await?)
}

/// Path and query, decoded for people who read or search them; a skip token tells nobody anything.
fn question(ask: &Ask) -> Result<String, QueryError> {
    let (_token, query) = paging::apart(&ask.query, "skiptoken")?;
    let options = query::split(&query)?.into_iter().map(|(name, value)| format!("{name}={value}"));
    let options = options.collect::<Vec<_>>().join("&");
    let separator = if options.is_empty() { "" } else { "?" };
    Ok(format!("{}{separator}{options}", ask.path))
}

fn count(rows: usize) -> u64 {
    u64::try_from(rows).unwrap_or(u64::MAX)
}
