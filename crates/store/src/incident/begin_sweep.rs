use crate::operation::Operation;
use crate::sync::{Claim, hold};
use crate::transaction::Tx;
use crate::{Lease, LeaseError, Store};

impl Store {
    /// Begins a comparison of all rows, and answers its number.
    pub async fn begin_sweep(&self, lease: &Lease) -> Result<i64, LeaseError> {
        self.backend().write(BeginSweep(lease.claim())).await
    }
}

struct BeginSweep(Claim);

impl Operation for BeginSweep {
    type Output = i64;
    type Error = LeaseError;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<i64, LeaseError> {
        let mut held = hold(tx, &self.0).await?.wanted(&self.0)?;
        held.kept.state.sweep += 1;
        held.save(tx).await?;
        Ok(held.kept.state.sweep)
    }
}
