use model::{Connection, ConnectionStatus, Timestamp};
use servicenow::{Failure, Text};
use store::{LeftAlone, StoreError};

use super::callers::{self, Callers};
use super::reason::{self, NotLive};
use super::rights::{Rights, Whose};
use super::rows::{self, Rows};
use super::{
    IncidentSource, Match, MatchStatus, UserIncidentList, UserIncidentPosition, UserIncidents,
};
use crate::{OpenSessionError, Opened, Trouble, time};

/// Why there is no answer of the instance.
#[derive(Debug)]
enum Missed {
    /// There is one of the database.
    NotLive(NotLive),
    /// There is none either.
    Store(StoreError),
}

/// What an instance answered, and whether its table was asked for that.
struct Answered {
    list: UserIncidentList,
    asked: Option<Timestamp>,
}

/// Whose incidents are asked for, and which.
#[derive(Debug, Clone, Copy)]
pub(super) struct Question<'a> {
    pub(super) connection: &'a Connection,
    pub(super) person: &'a Text,
    /// Those behind this place.
    pub(super) behind: Option<&'a UserIncidentPosition>,
    pub(super) rights: Rights,
}

impl UserIncidents {
    /// The incidents of a person, as the instance has them, or else as they are stored: the newest,
    /// or those `behind` the place that [`UserIncidentList::next`] was before.
    pub async fn of_connection(
        &self,
        connection: &Connection,
        person: &Text,
        behind: Option<&UserIncidentPosition>,
    ) -> Result<UserIncidentList, StoreError> {
        self.answer(Question { connection, person, behind, rights: Rights::Service }).await
    }

    /// What is answered to a question.
    pub(super) async fn answer(
        &self,
        question: Question<'_>,
    ) -> Result<UserIncidentList, StoreError> {
        let connection = question.connection;
        let key = (connection.tenant, connection.id);
        let health = self.store.health(key.0, key.1).await?;
        let left_alone = health.as_ref().and_then(|health| health.not_before);
        let deadline = self.pause.until(time::after(self.clock.now(), self.settings.timeout));
        let mut known = None;
        let answered = tokio::select! {
            biased;
            answered = self.live(question, left_alone, &mut known) => answered,
            () = deadline => Err(Missed::NotLive(NotLive::Late(self.settings.timeout))),
        };
        match answered {
            Ok(Answered { list, asked }) => {
                if let Some(at) = asked {
                    self.note_query(connection, at).await;
                }
                Ok(list)
            }
            Err(Missed::NotLive(why)) => {
                if let NotLive::Trouble(trouble) | NotLive::OfAgent(trouble) = &why {
                    self.heed(connection, trouble).await;
                }
                if question.rights.may_see_stored() && !why.refuses_agent() {
                    self.stored(question, health.as_ref(), known, &why).await
                } else {
                    Ok(nothing(&why))
                }
            }
            Err(Missed::Store(error)) => Err(error),
        }
    }

    async fn live(
        &self,
        question: Question<'_>,
        left_alone: Option<Timestamp>,
        known: &mut Option<Callers>,
    ) -> Result<Answered, Missed> {
        let Question { connection, person, .. } = question;
        if connection.status == ConnectionStatus::Disabled {
            return Err(NotLive::Disabled.into());
        }
        let opened = self.open(connection, question.rights).await?;
        let (opened, whose) = opened.ok_or(NotLive::NotSignedIn)?;
        let now = self.clock.now();
        if let Some(until) = left_alone.filter(|until| now < *until) {
            *known = opened.learned.callers(person, now);
            return Err(NotLive::LeftAlone(until).into());
        }
        let callers = self.callers(&opened, person, now).await;
        let not_live = |trouble| whose.not_live(trouble);
        let callers = known.insert(callers.map_err(not_live)?);
        let matching = callers.clone().matching();
        if callers.ids.is_empty() {
            let reason = reason::of_nobody(person, &self.settings.columns);
            return Ok(Answered { list: nobody(matching, now, reason), asked: None });
        }
        let rows = rows::ask(&opened, &self.settings.filter, &callers.ids, question, now).await;
        let rows = rows.map_err(not_live)?;
        if rows.others > 0 {
            tracing::warn!(
                connection.id = %connection.id,
                rows = rows.others,
                "an instance answered with incidents of other people than were asked for"
            );
        }
        let list = self.list((question, whose), rows, matching, now);
        Ok(Answered { list, asked: Some(now) })
    }

    async fn callers(
        &self,
        opened: &Opened,
        person: &Text,
        now: Timestamp,
    ) -> Result<Callers, Trouble> {
        if let Some(callers) = opened.learned.callers(person, now) {
            return Ok(callers);
        }
        let found = callers::find(&opened.session, &self.settings.columns, person, now).await;
        let callers =
            found.map_err(|failure: Failure| Trouble::of(&failure, time::system_time(now)))?;
        opened.learned.learn(person, &callers, now);
        Ok(callers)
    }

    fn list(
        &self,
        (question, whose): (Question<'_>, Whose),
        rows: Rows,
        matching: Match,
        now: Timestamp,
    ) -> UserIncidentList {
        UserIncidentList {
            source: IncidentSource::Live,
            as_of: Some(now),
            matching,
            reason: reason::of_rows(
                (&rows, whose),
                &self.settings.filter,
                question.behind.is_some(),
            ),
            incidents: rows.incidents,
            next: rows.next,
        }
    }

    /// Has everybody leave the instance alone if it wants that.
    async fn heed(&self, connection: &Connection, trouble: &Trouble) {
        let Some(until) = trouble.not_before else { return };
        let left_alone = LeftAlone {
            status: trouble.status,
            reason: trouble.reason(),
            until: time::timestamp(until),
            told: self.clock.now(),
        };
        if let Err(error) = self.store.leave_alone(connection, left_alone).await {
            tracing::warn!(
                connection.id = %connection.id,
                error = &error as &dyn std::error::Error,
                "that an instance wants to be left alone could not be stored"
            );
        }
    }

    /// The list is good although this could not be written.
    async fn note_query(&self, connection: &Connection, at: Timestamp) {
        let noted = self.store.record_query(connection.tenant, connection.id, at).await;
        if let Err(error) = noted {
            tracing::warn!(
                connection.id = %connection.id,
                error = &error as &dyn std::error::Error,
                "the time of a query could not be stored"
            );
        }
    }
}

fn nobody(matching: Match, now: Timestamp, reason: String) -> UserIncidentList {
    UserIncidentList {
        incidents: Vec::new(),
        source: IncidentSource::Live,
        as_of: Some(now),
        matching,
        reason: Some(reason),
        next: None,
    }
}

/// To somebody who sees by rights of their own alone, or not at all.
fn nothing(why: &NotLive) -> UserIncidentList {
    UserIncidentList {
        incidents: Vec::new(),
        source: IncidentSource::Cache,
        as_of: None,
        matching: Match { status: MatchStatus::Unknown, tried: Vec::new() },
        reason: Some(why.to_string()),
        next: None,
    }
}

impl From<NotLive> for Missed {
    fn from(why: NotLive) -> Self {
        Self::NotLive(why)
    }
}

impl From<OpenSessionError> for Missed {
    fn from(error: OpenSessionError) -> Self {
        match error {
            OpenSessionError::Trouble(trouble) => Self::NotLive(NotLive::Trouble(trouble)),
            OpenSessionError::Store(error) => Self::Store(error),
        }
    }
}
