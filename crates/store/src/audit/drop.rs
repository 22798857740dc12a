use model::Timestamp;

use crate::operation::Operation;
use crate::transaction::{Statement, Tx};
use crate::{Store, StoreError};

/// Events of one transaction, so that none lasts too long.
const STEP: i64 = 10_000;

impl Store {
    /// Drops the events of all tenants that happened before a time, and answers how many.
    pub async fn drop_events(&self, before: Timestamp) -> Result<u64, StoreError> {
        let mut dropped = 0;
        for tenant in self.backend().scan(Tenants).await? {
            loop {
                let step = Drop { tenant: tenant.clone(), before };
                let count = self.backend().write(step).await?;
                dropped += count;
                if count < STEP.unsigned_abs() {
                    break;
                }
            }
        }
        Ok(dropped)
    }
}

struct Tenants;

impl Operation for Tenants {
    type Output = Vec<String>;
    type Error = StoreError;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Vec<String>, StoreError> {
        let rows = tx.query(&AUDITED_TENANTS, &[]).await?;
        rows.into_iter().map(|mut row| row.text("audit_event.tenant_id")).collect()
    }
}

struct Drop {
    tenant: String,
    before: Timestamp,
}

impl Operation for Drop {
    type Output = u64;
    type Error = StoreError;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<u64, StoreError> {
        let params = [(&self.tenant).into(), self.before.into(), STEP.into()];
        tx.execute(&DROP_EVENTS, &params).await
    }
}

/// From tenant to tenant along the key, and not through all events.
pub(crate) const AUDITED_TENANTS: Statement = Statement::new(
    "WITH RECURSIVE tenant (id) AS (
        SELECT MIN(tenant_id) FROM audit_event
        UNION ALL
        SELECT (SELECT MIN(after.tenant_id) FROM audit_event AS after
                WHERE after.tenant_id > tenant.id)
        FROM tenant WHERE tenant.id IS NOT NULL
    )
    SELECT id FROM tenant WHERE id IS NOT NULL",
);

pub(crate) const DROP_EVENTS: Statement = Statement::new(
    "DELETE FROM audit_event WHERE tenant_id = $1 AND event_id IN (
        SELECT event_id FROM audit_event WHERE tenant_id = $1 AND occurred < $2
        ORDER BY occurred LIMIT $3
    )",
);
