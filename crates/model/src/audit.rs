use crate::{ConnectionId, TenantId, Timestamp};

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
    /// Names of the properties that changed, in the spelling of the API.
    pub changed: Vec<&'static str>,
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
}

impl Activity {
    /// The word in the audit log.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Update => "update",
            Self::Delete => "delete",
        }
    }
}
