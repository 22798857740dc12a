use model::{Comparison, IncidentVersion, StoredVersion};

use super::keys::END;
use super::row::read_stored;
use crate::operation::Operation;
use crate::row::Param;
use crate::sync::{Claim, hold};
use crate::transaction::{Statement, Tx};
use crate::{Lease, LeaseError, Store, StoreError};

/// Which rows the instance has in a stretch of its keys.
#[derive(Debug, Clone)]
pub struct SweepPage {
    /// See [`Store::begin_sweep`].
    pub sweep: i64,
    /// The stretch begins behind this key; none is the beginning.
    pub after: Option<String>,
    /// All rows of the stretch, in the order of their keys; the stretch ends with the last.
    pub rows: Vec<IncidentVersion>,
    /// No rows follow: the stretch has no end.
    pub last: bool,
}

impl Store {
    /// Compares a stretch of keys, and answers the keys of rows that are not stored as the instance
    /// has them. Rows that are stored, but that it does not have, are marked; whatever finds them
    /// later takes the mark away. So very few rows are written where little changed.
    pub async fn compare_page(
        &self,
        lease: &Lease,
        page: SweepPage,
    ) -> Result<Vec<String>, LeaseError> {
        self.backend().write(ComparePage { claim: lease.claim(), page }).await
    }
}

struct ComparePage {
    claim: Claim,
    page: SweepPage,
}

/// Stored rows that are looked at at once.
const STEP: usize = 10_000;

impl Operation for ComparePage {
    type Output = Vec<String>;
    type Error = LeaseError;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Vec<String>, LeaseError> {
        hold(tx, &self.claim).await?.wanted(&self.claim)?;
        let last = self.page.rows.last().map(|row| row.sys_id.as_str());
        let through = if self.page.last { Some(END) } else { last };
        let Some(through) = through else { return Ok(Vec::new()) };
        let mut comparison = Comparison::with(self.page.rows.clone());
        let mut after = self.page.after.clone().unwrap_or_default();
        loop {
            let stored = self.stored(tx, &after, through).await?;
            let Some(reached) = stored.last().map(|row| row.version.sys_id.clone()) else { break };
            for row in stored {
                comparison.stored(row);
            }
            after = reached;
        }
        let compared = comparison.finish();
        self.mark(tx, self.page.sweep, compared.missed).await?;
        self.mark(tx, 0, compared.found).await?;
        Ok(compared.differ)
    }
}

impl ComparePage {
    async fn stored(
        &self,
        tx: &mut Tx<'_>,
        after: &str,
        through: &str,
    ) -> Result<Vec<StoredVersion>, StoreError> {
        let [tenant, connection] = self.claim.key();
        let step = i64::try_from(STEP).unwrap_or(i64::MAX);
        let params = [tenant, connection, after.into(), through.into(), step.into()];
        tx.query(&STORED_VERSIONS, &params).await?.into_iter().map(read_stored).collect()
    }

    async fn mark(&self, tx: &mut Tx<'_>, mark: i64, ids: Vec<String>) -> Result<(), StoreError> {
        let [tenant, connection] = self.claim.key();
        let ids: Vec<_> = ids.into_iter().map(|id| vec![Param::Text(id)]).collect();
        for some in ids.chunks(STEP) {
            let shared = [tenant.clone(), connection.clone(), mark.into()];
            tx.execute_each(&MARK_MISSED, &shared, some).await?;
        }
        Ok(())
    }
}

pub(crate) const STORED_VERSIONS: Statement = Statement::new(
    "SELECT sys_id, updated, revision, removed, missed FROM incident
     WHERE tenant_id = $1 AND connection_id = $2 AND sys_id > $3 AND sys_id <= $4
     ORDER BY sys_id LIMIT $5",
);

pub(crate) const MARK_MISSED: Statement = Statement::each(
    "UPDATE incident SET missed = $3
     WHERE tenant_id = $1 AND connection_id = $2 AND sys_id = $4",
    "UPDATE incident SET missed = $3
     WHERE tenant_id = $1 AND connection_id = $2 AND sys_id = ANY($4)",
);
