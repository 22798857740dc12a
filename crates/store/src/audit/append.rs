use model::AuditEvent;
use serde_json::json;

use crate::StoreError;
use crate::operation::Witness;
use crate::transaction::{Statement, Tx};

/// Records an event under the key that was made up for it.
pub(crate) async fn append(
    tx: &mut Tx<'_>,
    event: &AuditEvent,
    witness: &Witness,
) -> Result<(), StoreError> {
    let params = [
        (&witness.tenant).into(),
        (&witness.event).into(),
        event.occurred.into(),
        (&event.actor).into(),
        (&event.application).into(),
        event.activity.name().into(),
        event.connection.to_string().into(),
        json!(event.changed).to_string().into(),
        event.subject.as_ref().into(),
    ];
    tx.execute(&APPEND_EVENT, &params).await.map(drop)
}

pub(crate) const APPEND_EVENT: Statement = Statement::new(
    "INSERT INTO audit_event
     (tenant_id, event_id, occurred, actor, application, activity, connection_id, changed,
      subject)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
);
