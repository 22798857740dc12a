use model::Timestamp;

use super::lease::hold;
use super::{Claim, Lease, LeaseError};
use crate::Store;
use crate::operation::Operation;
use crate::transaction::Tx;

impl Store {
    /// Lets a lease last longer, while the pass is wanted.
    pub async fn renew_lease(&self, lease: &Lease, until: Timestamp) -> Result<(), LeaseError> {
        self.backend().write(Renew { claim: lease.claim(), until }).await
    }
}

struct Renew {
    claim: Claim,
    until: Timestamp,
}

impl Operation for Renew {
    type Output = ();
    type Error = LeaseError;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), LeaseError> {
        let mut held = hold(tx, &self.claim).await?.wanted(&self.claim)?;
        held.kept.until = Some(self.until);
        Ok(held.save(tx).await?)
    }
}
