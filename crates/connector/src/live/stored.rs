use model::Health;
use servicenow::{Field, SysId};
use store::{CallerName, StoreError};

use super::callers::Callers;
use super::one::Question;
use super::reason::{self, NotLive};
use super::{
    IncidentSource, Match, MatchStatus, Tried, UserIncident, UserIncidentList,
    UserIncidentPosition, UserIncidents,
};

impl UserIncidents {
    /// The stored incidents; of those that the instance said the person to be, if it came to that.
    pub(super) async fn stored(
        &self,
        question: Question<'_>,
        health: Option<&Health>,
        known: Option<Callers>,
        why: &NotLive,
    ) -> Result<UserIncidentList, StoreError> {
        let (ids, matching) = match known {
            Some(callers) => {
                (callers.ids.iter().map(SysId::to_string).collect(), callers.matching())
            }
            None => self.stored_callers(question).await?,
        };
        let (incidents, next) = self.stored_rows(question, &ids).await?;
        let as_of = health.and_then(|health| health.last_success);
        Ok(UserIncidentList {
            source: IncidentSource::Cache,
            as_of,
            matching,
            reason: Some(reason::of_stored(why, as_of, incidents.is_empty())),
            incidents,
            next,
        })
    }

    /// A page, and behind which place there are more.
    async fn stored_rows(
        &self,
        Question { connection, behind, .. }: Question<'_>,
        callers: &[String],
    ) -> Result<(Vec<UserIncident>, Option<UserIncidentPosition>), StoreError> {
        let key = (connection.tenant, connection.id);
        let from = behind.map(|place| (place.opened, place.sys_id.as_str()));
        let stored = self.store.incidents_of_callers(key, callers, from).await?;
        let rows = stored
            .into_iter()
            .map(|incident| UserIncident::of(connection, incident))
            .filter(|row| behind.is_none_or(|place| row.position() < *place));
        let mut incidents: Vec<_> = rows.collect();
        let is_more = incidents.len() > UserIncidentList::MOST;
        incidents.truncate(UserIncidentList::MOST);
        let next = incidents.last().filter(|_| is_more).map(UserIncident::position);
        Ok((incidents, next))
    }

    /// Whom the stored incidents take a person for. They know only people who have called.
    async fn stored_callers(
        &self,
        Question { connection, person, .. }: Question<'_>,
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
