use crate::{Connection, ConnectionId, TenantId, Timestamp};

/// Who changed or viewed what and when; that of a change is written in its own transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEvent {
    /// Tenant of the object.
    pub tenant: TenantId,
    /// When it happened.
    pub occurred: Timestamp,
    /// Who did it, for people: an object id, a user name, or the local command line.
    pub actor: String,
    /// Client application that was used.
    pub application: String,
    /// What was done.
    pub activity: Activity,
    /// To which connection; `None` if to all of the tenant.
    pub connection: Option<ConnectionId>,
    /// Names of the properties that changed or were set, in the spelling of the API.
    pub changed: Vec<&'static str>,
    /// Whose incidents were viewed.
    pub subject: Option<String>,
    /// Which incidents were viewed, as the request said it.
    pub query: Option<String>,
    /// How many were shown.
    pub rows: Option<u64>,
}

/// Who does something, and by which application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Author {
    /// See [`AuditEvent::actor`].
    pub actor: String,
    /// See [`AuditEvent::application`].
    pub application: String,
}

/// What an audit event records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Activity {
    /// A connection was created.
    Create,
    /// A connection was changed.
    Update,
    /// A connection was deleted.
    Delete,
    /// A connection was given a credential.
    SetCredential,
    /// The credential of a connection was deleted.
    DeleteCredential,
    /// The incidents of a person were viewed.
    ViewIncidents,
    /// Incidents were viewed that a query picked.
    QueryIncidents,
}

impl Author {
    /// The record of what the author does to a connection; `changed` says to which properties.
    pub fn record(
        &self,
        activity: Activity,
        connection: &Connection,
        changed: Vec<&'static str>,
        now: Timestamp,
    ) -> AuditEvent {
        AuditEvent {
            connection: Some(connection.id),
            changed,
            ..self.blank(connection.tenant, activity, now)
        }
    }

    /// The record of showing the author the incidents of a person.
    pub fn viewed(
        &self,
        (tenant, connection): (TenantId, Option<ConnectionId>),
        person: &str,
        rows: u64,
        now: Timestamp,
    ) -> AuditEvent {
        AuditEvent {
            connection,
            subject: Some(person.to_owned()),
            rows: Some(rows),
            ..self.blank(tenant, Activity::ViewIncidents, now)
        }
    }

    /// The record of showing the author what a query picks.
    pub fn queried(
        &self,
        tenant: TenantId,
        query: String,
        rows: u64,
        now: Timestamp,
    ) -> AuditEvent {
        AuditEvent {
            query: Some(query),
            rows: Some(rows),
            ..self.blank(tenant, Activity::QueryIncidents, now)
        }
    }

    fn blank(&self, tenant: TenantId, activity: Activity, now: Timestamp) -> AuditEvent {
        AuditEvent {
            tenant,
            occurred: now,
            actor: self.actor.clone(),
            application: self.application.clone(),
            activity,
            connection: None,
            changed: Vec::new(),
            subject: None,
            query: None,
            rows: None,
        }
    }
}

impl Activity {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Create,
        Self::Update,
        Self::Delete,
        Self::SetCredential,
        Self::DeleteCredential,
        Self::ViewIncidents,
        Self::QueryIncidents,
    ];

    /// The word in the audit log.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Update => "update",
            Self::Delete => "delete",
            Self::SetCredential => "setCredential",
            Self::DeleteCredential => "deleteCredential",
            Self::ViewIncidents => "viewIncidents",
            Self::QueryIncidents => "queryIncidents",
        }
    }
}
