use model::{Connection, Health};
use servicenow::{Field, SysId, Text};
use store::{CallerName, StoreError};

use super::callers::Callers;
use super::reason::{self, NotLive};
use super::{
    IncidentSource, Match, MatchStatus, Tried, UserIncident, UserIncidentList, UserIncidents,
};

impl UserIncidents {
    /// The stored incidents; of those that the instance said the person to be, if it came to that.
    pub(super) async fn stored(
        &self,
        (connection, health): (&Connection, Option<&Health>),
        person: &Text,
        known: Option<Callers>,
        why: &NotLive,
    ) -> Result<UserIncidentList, StoreError> {
        let (ids, matching) = match known {
            Some(callers) => {
                (callers.ids.iter().map(SysId::to_string).collect(), callers.matching())
            }
            None => self.stored_callers(connection, person).await?,
        };
        let key = (connection.tenant, connection.id);
        let stored = self.store.incidents_of_callers(key, &ids).await?;
        let as_of = health.and_then(|health| health.last_success);
        let incidents: Vec<_> = stored
            .into_iter()
            .map(|incident| UserIncident { connection: connection.id, incident })
            .collect();
        Ok(UserIncidentList {
            source: IncidentSource::Cache,
            as_of,
            matching,
            reason: Some(reason::of_stored(why, as_of, incidents.is_empty())),
            more: incidents.len() >= UserIncidentList::MOST,
            incidents,
        })
    }

    /// Whom the stored incidents take a person for. They know only people who have called.
    async fn stored_callers(
        &self,
        connection: &Connection,
        person: &Text,
    ) -> Result<(Vec<String>, Match), StoreError> {
        let mut tried = Vec::new();
        for column in &self.settings.columns {
            let Some(name) = stored_name(column) else { continue };
            let key = (connection.tenant, connection.id);
            let ids = self.store.callers(key, name, person.as_str()).await?;
            let (column, value) = (column.as_str().to_owned(), person.as_str().to_owned());
            tried.push(Tried { column, value, found: ids.len() });
            let status = match ids.len() {
                0 => continue,
                1 => MatchStatus::Matched,
                _ => MatchStatus::Ambiguous,
            };
            return Ok((ids, Match { status, tried }));
        }
        Ok((Vec::new(), Match { status: MatchStatus::Unknown, tried }))
    }
}

/// What of a user is stored beside incidents.
fn stored_name(column: &Field) -> Option<CallerName> {
    match column.as_str() {
        "email" => Some(CallerName::Email),
        "user_name" => Some(CallerName::UserName),
        _ => None,
    }
}
