use std::cmp::Reverse;

use model::{ConnectionId, Incident, TenantId, Timestamp};

use super::discard::is_discarded;
use super::row::{self, INCIDENTS_OF_CALLERS};
use crate::operation::Operation;
use crate::row::Param;
use crate::transaction::Tx;
use crate::{Store, StoreError};

impl Store {
    /// Incidents of these callers as they are stored, those opened last first, 1,002 at most;
    /// without those that are gone. They begin at a place, where there is one: at the incident of
    /// this key that was opened then, whether or not it is there.
    pub async fn incidents_of_callers(
        &self,
        (tenant, connection): (TenantId, ConnectionId),
        callers: &[String],
        from: Option<(Option<Timestamp>, &str)>,
    ) -> Result<Vec<Incident>, StoreError> {
        let callers = callers.iter().map(|id| vec![id.into()]).collect();
        let from = from.map(|(opened, sys_id)| (opened, sys_id.to_owned()));
        self.backend().scan(OfCallers { tenant, connection, callers, from }).await
    }
}

struct OfCallers {
    tenant: TenantId,
    connection: ConnectionId,
    callers: Vec<Vec<Param>>,
    from: Option<(Option<Timestamp>, String)>,
}

impl Operation for OfCallers {
    type Output = Vec<Incident>;
    type Error = StoreError;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Vec<Incident>, StoreError> {
        let from = match &self.from {
            Some((opened, sys_id)) => (opened.map_or(NEVER, Timestamp::ticks), sys_id.as_str()),
            None => (i64::MAX, ""),
        };
        let (tenant, connection) = (self.tenant.to_string(), self.connection.to_string());
        let key = [tenant.into(), connection.into()];
        if is_discarded(tx, &key).await? {
            return Ok(Vec::new());
        }
        let [tenant, connection] = key;
        let shared = [tenant, connection, from.0.into(), from.1.into()];
        let rows = tx.query_each(&INCIDENTS_OF_CALLERS, &shared, &self.callers).await?;
        let mut incidents: Vec<_> = rows.into_iter().map(row::read).collect::<Result<_, _>>()?;
        incidents.sort_by_key(|row| Reverse((row.opened.value(), row.version.sys_id.clone())));
        incidents.truncate(MOST);
        Ok(incidents)
    }
}

/// As the statement says for each caller: a page, the row that it begins at, and one more, which
/// tells that there is another.
const MOST: usize = 1002;
/// As the statement says of those that have no time.
const NEVER: i64 = -1;
