use std::cmp::Reverse;

use model::{ConnectionId, Incident, TenantId};

use super::row::{self, INCIDENTS_OF_CALLERS};
use crate::operation::Operation;
use crate::row::Param;
use crate::transaction::Tx;
use crate::{Store, StoreError};

impl Store {
    /// Incidents of these callers as they are stored, those opened last first, 1,000 at most;
    /// without those that are gone.
    pub async fn incidents_of_callers(
        &self,
        (tenant, connection): (TenantId, ConnectionId),
        callers: &[String],
    ) -> Result<Vec<Incident>, StoreError> {
        let callers = callers.iter().map(|id| vec![id.into()]).collect();
        self.backend().scan(OfCallers { tenant, connection, callers }).await
    }
}

struct OfCallers {
    tenant: TenantId,
    connection: ConnectionId,
    callers: Vec<Vec<Param>>,
}

impl Operation for OfCallers {
    type Output = Vec<Incident>;
    type Error = StoreError;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Vec<Incident>, StoreError> {
        let key = [self.tenant.to_string().into(), self.connection.to_string().into()];
        let rows = tx.query_each(&INCIDENTS_OF_CALLERS, &key, &self.callers).await?;
        let mut incidents: Vec<_> = rows.into_iter().map(row::read).collect::<Result<_, _>>()?;
        incidents.sort_by_key(|row| Reverse((row.opened.value(), row.version.sys_id.clone())));
        incidents.truncate(MOST);
        Ok(incidents)
    }
}

/// As the statement says for each caller.
const MOST: usize = 1000;
