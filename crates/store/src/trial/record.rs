use model::{ConnectionId, TenantId, Timestamp};
use uuid::Uuid;

use crate::operation::Operation;
use crate::transaction::{Statement, Tx};
use crate::{Store, StoreError};

/// How a test of a connection went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrialRecord {
    /// When it began.
    pub tested: Timestamp,
    /// How it went as a whole, in the word of the API.
    pub status: String,
    /// The first step that did not go as it should, and what was found there.
    pub trouble: Option<(String, String)>,
    /// How many incidents there are, by the count of the instance.
    pub matched: Option<i64>,
}

/// Tests of a connection that are remembered.
const REMEMBERED: i64 = 10;

impl Store {
    /// Remembers a test of a connection, if there still is one; the oldest are forgotten.
    pub async fn record_trial(
        &self,
        (tenant, connection): (TenantId, ConnectionId),
        trial: TrialRecord,
    ) -> Result<(), StoreError> {
        let id = self.rng().uuid();
        self.backend().write(Record { tenant, connection, id, trial }).await
    }
}

struct Record {
    tenant: TenantId,
    connection: ConnectionId,
    id: Uuid,
    trial: TrialRecord,
}

impl Operation for Record {
    type Output = ();
    type Error = StoreError;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        let [tenant, connection] = [self.tenant.to_string(), self.connection.to_string()];
        let TrialRecord { tested, status, trouble, matched } = self.trial.clone();
        let (step, message) = trouble.unzip();
        let params = [
            tenant.clone().into(),
            connection.clone().into(),
            self.id.to_string().into(),
            tested.into(),
            status.into(),
            step.into(),
            message.into(),
            matched.into(),
        ];
        tx.execute(&RECORD_TRIAL, &params).await?;
        let params = [tenant.into(), connection.into(), REMEMBERED.into()];
        tx.execute(&FORGET_TRIALS, &params).await.map(drop)
    }
}

pub(crate) const RECORD_TRIAL: Statement = Statement::new(
    "INSERT INTO trial
     (tenant_id, connection_id, trial_id, tested, status, step, message, matched)
     SELECT tenant_id, connection_id, $3, $4, $5, $6, $7, $8
     FROM connection WHERE tenant_id = $1 AND connection_id = $2",
);

pub(crate) const FORGET_TRIALS: Statement = Statement::new(
    "DELETE FROM trial WHERE tenant_id = $1 AND connection_id = $2
     AND (tested, trial_id) <= (SELECT tested, trial_id FROM trial
         WHERE tenant_id = $1 AND connection_id = $2
         ORDER BY tested DESC, trial_id DESC LIMIT 1 OFFSET $3)",
);
