use model::{Activity, ConnectionId, TenantId, Timestamp};

use serde_json::Value;

use crate::operation::Operation;
use crate::row::Row;
use crate::transaction::{Statement, Tx};
use crate::{Store, StoreError};

/// An event as it was recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditRecord {
    /// Its key.
    pub id: String,
    /// When it happened.
    pub occurred: Timestamp,
    /// Who did it.
    pub actor: String,
    /// Client application that was used.
    pub application: String,
    /// What was done.
    pub activity: Activity,
    /// To which connection, if to one.
    pub connection: Option<ConnectionId>,
    /// Names of the properties that changed.
    pub changed: Vec<String>,
    /// Whose incidents were viewed.
    pub subject: Option<String>,
    /// Which incidents were viewed.
    pub query: Option<String>,
    /// How many were shown.
    pub rows: Option<i64>,
}

impl Store {
    /// The newest events of one connection, newest first.
    pub async fn connection_events(
        &self,
        tenant: TenantId,
        connection: ConnectionId,
        limit: u32,
    ) -> Result<Vec<AuditRecord>, StoreError> {
        self.backend().scan(ListOf { tenant, connection, limit }).await
    }

    /// The newest events of a tenant, newest first.
    pub async fn audit_events(
        &self,
        tenant: TenantId,
        limit: u32,
    ) -> Result<Vec<AuditRecord>, StoreError> {
        self.backend().scan(List { tenant, limit }).await
    }
}

struct List {
    tenant: TenantId,
    limit: u32,
}

impl Operation for List {
    type Output = Vec<AuditRecord>;
    type Error = StoreError;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Vec<AuditRecord>, StoreError> {
        let params = [self.tenant.to_string().into(), i64::from(self.limit).into()];
        tx.query(&LIST_EVENTS, &params).await?.into_iter().map(read).collect()
    }
}

struct ListOf {
    tenant: TenantId,
    connection: ConnectionId,
    limit: u32,
}

impl Operation for ListOf {
    type Output = Vec<AuditRecord>;
    type Error = StoreError;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Vec<AuditRecord>, StoreError> {
        let (tenant, connection) = (self.tenant.to_string(), self.connection.to_string());
        let params = [tenant.into(), connection.into(), i64::from(self.limit).into()];
        tx.query(&LIST_EVENTS_OF, &params).await?.into_iter().map(read).collect()
    }
}

fn read(mut row: Row) -> Result<AuditRecord, StoreError> {
    Ok(AuditRecord {
        id: row.text("audit_event.event_id")?,
        occurred: row.timestamp("audit_event.occurred")?,
        actor: row.text("audit_event.actor")?,
        application: row.text("audit_event.application")?,
        activity: read_activity(&row.text("audit_event.activity")?)?,
        connection: read_connection(row.optional_text("audit_event.connection_id")?)?,
        changed: read_changed(&row.text("audit_event.changed")?)?,
        subject: row.optional_text("audit_event.subject")?,
        query: row.optional_text("audit_event.query")?,
        rows: row.optional_integer("audit_event.row_count")?,
    })
}

/// Earlier versions wrote names alone.
fn read_changed(text: &str) -> Result<Vec<String>, StoreError> {
    let corrupt = || StoreError::Corrupt { column: "audit_event.changed" };
    let changes: Vec<Value> = serde_json::from_str(text).map_err(|_syntax| corrupt())?;
    changes.iter().map(|change| name(change).map(str::to_owned).ok_or_else(corrupt)).collect()
}

fn name(change: &Value) -> Option<&str> {
    change.as_str().or_else(|| change.get("property")?.as_str())
}

fn read_connection(id: Option<String>) -> Result<Option<ConnectionId>, StoreError> {
    let corrupt = |_syntax| StoreError::Corrupt { column: "audit_event.connection_id" };
    id.map(|id| id.parse().map_err(corrupt)).transpose()
}

fn read_activity(name: &str) -> Result<Activity, StoreError> {
    let activity = Activity::ALL.into_iter().find(|activity| activity.name() == name);
    activity.ok_or(StoreError::Corrupt { column: "audit_event.activity" })
}

pub(crate) const LIST_EVENTS: Statement = Statement::new(
    "SELECT event_id, occurred, actor, application, activity, connection_id, changed, subject,
     query, row_count
     FROM audit_event WHERE tenant_id = $1 ORDER BY occurred DESC, event_id DESC LIMIT $2",
);

pub(crate) const LIST_EVENTS_OF: Statement = Statement::new(
    "SELECT event_id, occurred, actor, application, activity, connection_id, changed, subject,
     query, row_count
     FROM audit_event WHERE tenant_id = $1 AND connection_id = $2
     ORDER BY occurred DESC, event_id DESC LIMIT $3",
);
