use model::Timestamp;

use super::lease::hold;
use super::take::ABANDON_RUNS;
use super::{Claim, Lease, LeaseError};
use crate::Store;
use crate::operation::Operation;
use crate::transaction::Tx;

impl Store {
    /// Gives a lease back in the middle of a pass, which thereby is abandoned.
    pub async fn release_lease(&self, lease: &Lease, now: Timestamp) -> Result<(), LeaseError> {
        self.backend().write(Release { claim: lease.claim(), now }).await
    }
}

struct Release {
    claim: Claim,
    now: Timestamp,
}

impl Operation for Release {
    type Output = ();
    type Error = LeaseError;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), LeaseError> {
        let mut held = hold(tx, &self.claim).await?;
        let [tenant, connection] = self.claim.key();
        tx.execute(&ABANDON_RUNS, &[tenant, connection, self.now.into()]).await?;
        held.kept.end_lease();
        Ok(held.save(tx).await?)
    }
}
