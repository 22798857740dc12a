use model::{Connection, ConnectionId, LastQueried, QueriedBy, TenantId, Timestamp};

use super::load::lock;
use crate::operation::Operation;
use crate::transaction::{Statement, Tx};
use crate::{Store, StoreError};

impl Store {
    /// Notes that the connector did ask the table of a connection; nothing if there is none.
    pub async fn record_query(
        &self,
        tenant: TenantId,
        connection: ConnectionId,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        self.backend().write(Record { tenant, connection, at }).await
    }
}

struct Record {
    tenant: TenantId,
    connection: ConnectionId,
    at: Timestamp,
}

impl Operation for Record {
    type Output = ();
    type Error = StoreError;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        match lock(tx, self.tenant, self.connection).await? {
            Some(connection) => queried(tx, &connection, self.at).await,
            None => Ok(()),
        }
    }
}

/// Sets the time of the last query, which is no change of the connection by a client. Queries may
/// be noted late, but what a client wrote gives way to what is true.
pub(crate) async fn queried(
    tx: &mut Tx<'_>,
    connection: &Connection,
    at: Timestamp,
) -> Result<(), StoreError> {
    let later = |last: LastQueried| last.by == QueriedBy::Connector && last.at >= at;
    if connection.last_queried.is_some_and(later) {
        return Ok(());
    }
    let params =
        [connection.tenant.to_string().into(), connection.id.to_string().into(), at.into()];
    tx.execute(&SET_LAST_QUERIED, &params).await.map(drop)
}

pub(crate) const SET_LAST_QUERIED: Statement = Statement::new(
    "UPDATE connection SET last_queried = $3, last_queried_by = 'connector'
     WHERE tenant_id = $1 AND connection_id = $2",
);
