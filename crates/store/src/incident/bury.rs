use model::Timestamp;

use crate::operation::Operation;
use crate::row::Param;
use crate::sync::{Claim, hold};
use crate::transaction::{Statement, Tx};
use crate::{Lease, LeaseError, Store};

impl Store {
    /// Marks rows as gone which a sweep did not find and nothing found later; answers how many.
    pub async fn bury(
        &self,
        lease: &Lease,
        sweep: i64,
        ids: Vec<String>,
        now: Timestamp,
    ) -> Result<i64, LeaseError> {
        let ids = ids.into_iter().map(|id| vec![Param::Text(id)]).collect();
        self.backend().write(Bury { claim: lease.claim(), sweep, ids, now }).await
    }
}

struct Bury {
    claim: Claim,
    sweep: i64,
    ids: Vec<Vec<Param>>,
    now: Timestamp,
}

impl Operation for Bury {
    type Output = i64;
    type Error = LeaseError;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<i64, LeaseError> {
        hold(tx, &self.claim).await?.wanted(&self.claim)?;
        let [tenant, connection] = self.claim.key();
        let shared = [tenant, connection, self.sweep.into(), self.now.into()];
        let buried = tx.execute_each(&BURY, &shared, &self.ids).await?;
        Ok(i64::try_from(buried).unwrap_or(i64::MAX))
    }
}

pub(crate) const BURY: Statement = Statement::each(
    "UPDATE incident SET removed = $4, missed = 0
     WHERE tenant_id = $1 AND connection_id = $2 AND sys_id = $5
     AND missed = $3 AND removed IS NULL",
    "UPDATE incident SET removed = $4, missed = 0
     WHERE tenant_id = $1 AND connection_id = $2 AND sys_id = ANY($5)
     AND missed = $3 AND removed IS NULL",
);
