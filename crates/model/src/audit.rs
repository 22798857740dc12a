use crate::{Change, Connection, ConnectionId, TenantId, Timestamp};

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
    /// The properties that changed or were set.
    pub changed: Vec<Change>,
    /// Whose incidents were viewed or erased, or whose account was changed.
    pub subject: Option<String>,
    /// Which incidents were viewed, as the request said it.
    pub query: Option<String>,
    /// How many were shown or erased.
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
    /// What was stored of a person was erased.
    Erase,
    /// A person who was erased may be stored again.
    Readmit,
    /// Somebody was given an account of the console.
    CreateAccount,
    /// An account was given other roles, or another password.
    UpdateAccount,
    /// An account was deleted.
    DeleteAccount,
}

impl Author {
    /// The record of what the author does to a connection; `changed` says to which properties.
    pub fn record(
        &self,
        activity: Activity,
        connection: &Connection,
        changed: Vec<Change>,
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

    /// The record of erasing what is stored of a person, or of storing it again.
    pub fn erased(
        &self,
        tenant: TenantId,
        (activity, person): (Activity, &str),
        now: Timestamp,
    ) -> AuditEvent {
        AuditEvent { subject: Some(person.to_owned()), ..self.blank(tenant, activity, now) }
    }

    /// The record of what the author does to an account; `changed` says to which properties.
    pub fn administered(
        &self,
        tenant: TenantId,
        (activity, user_name): (Activity, &str),
        changed: Vec<Change>,
        now: Timestamp,
    ) -> AuditEvent {
        let subject = Some(user_name.to_owned());
        AuditEvent { changed, subject, ..self.blank(tenant, activity, now) }
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
    pub const ALL: [Self; 12] = [
        Self::Create,
        Self::Update,
        Self::Delete,
        Self::SetCredential,
        Self::DeleteCredential,
        Self::ViewIncidents,
        Self::QueryIncidents,
        Self::Erase,
        Self::Readmit,
        Self::CreateAccount,
        Self::UpdateAccount,
        Self::DeleteAccount,
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
            Self::Erase => "erase",
            Self::Readmit => "readmit",
            Self::CreateAccount => "createAccount",
            Self::UpdateAccount => "updateAccount",
            Self::DeleteAccount => "deleteAccount",
        }
    }
}
