use model::{ConnectionId, TenantId};

use super::TrialRecord;
use crate::operation::Operation;
use crate::row::Row;
use crate::transaction::{Statement, Tx};
use crate::{Store, StoreError};

impl Store {
    /// Tests of a connection that are remembered, newest first.
    pub async fn trials(
        &self,
        tenant: TenantId,
        connection: ConnectionId,
    ) -> Result<Vec<TrialRecord>, StoreError> {
        self.backend().point(List { tenant, connection }).await
    }
}

struct List {
    tenant: TenantId,
    connection: ConnectionId,
}

impl Operation for List {
    type Output = Vec<TrialRecord>;
    type Error = StoreError;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Vec<TrialRecord>, StoreError> {
        let params = [self.tenant.to_string().into(), self.connection.to_string().into()];
        tx.query(&LIST_TRIALS, &params).await?.into_iter().map(read).collect()
    }
}

fn read(mut row: Row) -> Result<TrialRecord, StoreError> {
    Ok(TrialRecord {
        tested: row.timestamp("trial.tested")?,
        status: row.text("trial.status")?,
        trouble: row.optional_text("trial.step")?.zip(row.optional_text("trial.message")?),
        matched: row.optional_integer("trial.matched")?,
    })
}

pub(crate) const LIST_TRIALS: Statement = Statement::new(
    "SELECT tested, status, step, message, matched FROM trial
     WHERE tenant_id = $1 AND connection_id = $2 ORDER BY tested DESC, trial_id DESC",
);
