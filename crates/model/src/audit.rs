use crate::{Connection, ConnectionId, TenantId, Timestamp};

/// Who changed what and when; written in the transaction of the change itself.
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
    /// To which connection.
    pub connection: ConnectionId,
    /// Names of the properties that changed or were set, in the spelling of the API.
    pub changed: Vec<&'static str>,
    /// Whose incidents were viewed.
    pub subject: Option<String>,
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
            tenant: connection.tenant,
            occurred: now,
            actor: self.actor.clone(),
            application: self.application.clone(),
            activity,
            connection: connection.id,
            changed,
            subject: None,
        }
    }
}

impl Activity {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Create,
        Self::Update,
        Self::Delete,
        Self::SetCredential,
        Self::DeleteCredential,
        Self::ViewIncidents,
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
        }
    }
}
