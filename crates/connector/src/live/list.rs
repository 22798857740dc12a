use std::cmp::Reverse;

use model::{Connection, ConnectionId, Incident, Timestamp};

/// The incidents of a person, and how they came to be known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserIncidentList {
    /// Those opened last come first; [`UserIncidentList::MOST`] at most.
    pub incidents: Vec<UserIncident>,
    /// Where they are from.
    pub source: IncidentSource,
    /// When they were so; `None` if nothing was ever fetched.
    pub as_of: Option<Timestamp>,
    /// Whom the instance takes the person for.
    pub matching: Match,
    /// Why there are none, or why they may not be those of this moment.
    pub reason: Option<String>,
    /// Behind which place there are more than these: the same question with this place has them.
    pub next: Option<UserIncidentPosition>,
}

/// A place in the order of lists, in which greater comes first. It says where the next page begins
/// whatever incidents come and go meanwhile, and wherever each page is from.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct UserIncidentPosition {
    /// `openedDateTime`; incidents without one come last.
    pub opened: Option<Timestamp>,
    /// `sysId`
    pub sys_id: String,
    /// `connectionId`
    pub connection: ConnectionId,
}

/// An incident and where it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserIncident {
    /// The connection.
    pub connection: ConnectionId,
    /// The page of the instance that shows it.
    pub page: Option<String>,
    /// What is known of it.
    pub incident: Incident,
}

/// Where incidents are from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum IncidentSource {
    /// The instance, at this moment.
    Live,
    /// What passes stored.
    Cache,
}

/// Whom an instance takes a person for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Match {
    /// In a word.
    pub status: MatchStatus,
    /// Where it was looked, in order.
    pub tried: Vec<Tried>,
}

/// Whether an instance knows a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MatchStatus {
    /// As one user.
    Matched,
    /// As several users, and all of them are meant.
    Ambiguous,
    /// Not at all.
    NotFound,
    /// The instance did not tell, and what is stored does not either.
    Unknown,
}

/// How many users have the value in a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tried {
    /// The column of `sys_user`.
    pub column: String,
    /// What was looked for.
    pub value: String,
    /// How many have it.
    pub found: usize,
}

impl UserIncidentList {
    /// More are not answered at once; [`UserIncidentList::next`] leads to them.
    pub const MOST: usize = 1000;
}

impl UserIncident {
    pub(super) fn of(connection: &Connection, incident: Incident) -> Self {
        let page = connection.incident_page(&incident.version.sys_id);
        Self { connection: connection.id, page, incident }
    }

    /// The order of lists. The keys make it one order, however the rows came.
    pub(super) fn newest_first(incidents: &mut [Self]) {
        incidents.sort_by_cached_key(|row| Reverse(row.position()));
    }

    /// Where it stands in lists.
    pub(super) fn position(&self) -> UserIncidentPosition {
        let Incident { version, opened, .. } = &self.incident;
        let (opened, sys_id) = (opened.value(), version.sys_id.clone());
        UserIncidentPosition { opened, sys_id, connection: self.connection }
    }
}

impl IncidentSource {
    /// The word in the API.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Cache => "cache",
        }
    }
}

impl MatchStatus {
    /// The word in the API.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Matched => "matched",
            Self::Ambiguous => "ambiguous",
            Self::NotFound => "notFound",
            Self::Unknown => "unknown",
        }
    }
}
