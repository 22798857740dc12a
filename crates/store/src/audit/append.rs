use model::{AuditEvent, Change};
use serde_json::{Value, json};

use crate::operation::{Operation, Witness};
use crate::transaction::{Statement, Tx};
use crate::{Store, StoreError};

impl Store {
    /// Records what changed nothing; it is on disk when this returns.
    pub async fn record_event(&self, event: AuditEvent) -> Result<(), StoreError> {
        let witness = self.witness(event.tenant);
        self.backend().write(Record { event, witness }).await
    }
}

struct Record {
    event: AuditEvent,
    witness: Witness,
}

impl Operation for Record {
    type Output = ();
    type Error = StoreError;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        append(tx, &self.event, &self.witness).await
    }

    fn witness(&self) -> Option<&Witness> {
        Some(&self.witness)
    }
}

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
        event.connection.map(|id| id.to_string()).into(),
        changed(&event.changed).into(),
        event.subject.as_ref().into(),
        event.query.as_ref().into(),
        event.rows.map(|rows| i64::try_from(rows).unwrap_or(i64::MAX)).into(),
    ];
    tx.execute(&APPEND_EVENT, &params).await.map(drop)
}

fn changed(changes: &[Change]) -> String {
    let one = |Change { property, before, after }: &Change| json!({"property": property, "before": before, "after": after});
    changes.iter().map(one).collect::<Value>().to_string()
}

pub(crate) const APPEND_EVENT: Statement = Statement::new(
    "INSERT INTO audit_event
     (tenant_id, event_id, occurred, actor, application, activity, connection_id, changed,
      subject, query, row_count)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
);
