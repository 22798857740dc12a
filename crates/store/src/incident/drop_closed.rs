use model::Timestamp;

use super::keys::{END, nth_behind};
use crate::operation::Operation;
use crate::sync::{Claim, hold};
use crate::transaction::{Statement, Tx};
use crate::{Lease, LeaseError, Store, caller};

/// What a step along the keys of a connection dropped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dropped {
    /// How many rows.
    pub count: u64,
    /// Where the next step begins; none at the end.
    pub reached: Option<String>,
}

impl Store {
    /// Looks at some rows behind a key, and drops those that were closed before a time.
    pub async fn drop_closed(
        &self,
        lease: &Lease,
        before: Timestamp,
        after: Option<String>,
        step: u32,
    ) -> Result<Dropped, LeaseError> {
        let after = after.unwrap_or_default();
        self.backend().write(DropClosed { claim: lease.claim(), before, after, step }).await
    }
}

struct DropClosed {
    claim: Claim,
    before: Timestamp,
    after: String,
    step: u32,
}

impl Operation for DropClosed {
    type Output = Dropped;
    type Error = LeaseError;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Dropped, LeaseError> {
        hold(tx, &self.claim).await?.wanted(&self.claim)?;
        let reached = nth_behind(tx, self.claim.key(), &self.after, self.step.into()).await?;
        let [tenant, connection] = self.claim.key();
        let through = reached.as_deref().unwrap_or(END);
        let after = (&self.after).into();
        let params = [tenant, connection, after, through.into(), self.before.into()];
        let count = tx.execute(&DROP_CLOSED, &params).await?;
        if reached.is_none() {
            caller::forget_idle(tx, &self.claim.key()).await?;
        }
        Ok(Dropped { count, reached })
    }
}

pub(crate) const DROP_CLOSED: Statement = Statement::new(
    "DELETE FROM incident WHERE tenant_id = $1 AND connection_id = $2
     AND sys_id > $3 AND sys_id <= $4 AND closed < $5",
);
