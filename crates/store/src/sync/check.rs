use model::Timestamp;

use super::lease::wanted;
use super::{Claim, Lease, LeaseError};
use crate::Store;
use crate::connection::read_status;
use crate::operation::Operation;
use crate::transaction::{Statement, Tx};

impl Store {
    /// Whether a pass may go on: by one short read.
    pub async fn check_lease(&self, lease: &Lease, now: Timestamp) -> Result<(), LeaseError> {
        let known = lease.state.health.not_before;
        self.backend().point(Check { claim: lease.claim(), known, now }).await
    }
}

struct Check {
    claim: Claim,
    /// What the instance had asked for before the pass began, in spite of which it did.
    known: Option<Timestamp>,
    now: Timestamp,
}

impl Operation for Check {
    type Output = ();
    type Error = LeaseError;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), LeaseError> {
        let Self { claim, known, now } = self;
        let rows = tx.query(&CHECK_LEASE, &claim.key()).await?;
        let mut row = rows.into_iter().next().ok_or(LeaseError::Gone)?;
        let status = read_status(&mut row)?;
        if row.optional_integer("sync_state.lease_token")? != Some(claim.token) {
            return Err(LeaseError::Lost);
        }
        wanted(status, row.optional_text("sync_state.source")?.as_deref(), claim)?;
        let told = row.optional_timestamp("sync_state.not_before")?;
        match told.filter(|until| until > now && told != *known) {
            Some(until) => Err(LeaseError::LeftAlone { until }),
            None => Ok(()),
        }
    }
}

pub(crate) const CHECK_LEASE: Statement = Statement::new(
    "SELECT c.status, s.lease_token, s.source, s.not_before FROM connection c
     LEFT JOIN sync_state s ON s.tenant_id = c.tenant_id AND s.connection_id = c.connection_id
     WHERE c.tenant_id = $1 AND c.connection_id = $2",
);
