use model::{Connection, ConnectionId, TenantId};

use super::row::{read, select_connection};
use crate::operation::Operation;
use crate::transaction::{Statement, Tx};
use crate::{Store, StoreError};

impl Store {
    /// Reads one connection.
    pub async fn load_connection(
        &self,
        tenant: TenantId,
        id: ConnectionId,
    ) -> Result<Option<Connection>, StoreError> {
        self.backend().point(Load { tenant, id }).await
    }
}

struct Load {
    tenant: TenantId,
    id: ConnectionId,
}

impl Operation for Load {
    type Output = Option<Connection>;
    type Error = StoreError;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Option<Connection>, StoreError> {
        load(tx, self.tenant, self.id).await
    }
}

/// Reads a connection.
pub(crate) async fn load(
    tx: &mut Tx<'_>,
    tenant: TenantId,
    id: ConnectionId,
) -> Result<Option<Connection>, StoreError> {
    one(tx, &LOAD_CONNECTION, tenant, id).await
}

/// Reads a connection that nobody else changes until the transaction ends.
pub(crate) async fn lock(
    tx: &mut Tx<'_>,
    tenant: TenantId,
    id: ConnectionId,
) -> Result<Option<Connection>, StoreError> {
    one(tx, &LOCK_CONNECTION, tenant, id).await
}

async fn one(
    tx: &mut Tx<'_>,
    statement: &Statement,
    tenant: TenantId,
    id: ConnectionId,
) -> Result<Option<Connection>, StoreError> {
    let rows = tx.query(statement, &[tenant.to_string().into(), id.to_string().into()]).await?;
    rows.into_iter().next().map(read).transpose()
}

pub(crate) const LOAD_CONNECTION: Statement =
    Statement::new(select_connection!("WHERE tenant_id = $1 AND connection_id = $2"));

pub(crate) const LOCK_CONNECTION: Statement = Statement::locking(
    select_connection!("WHERE tenant_id = $1 AND connection_id = $2"),
    select_connection!("WHERE tenant_id = $1 AND connection_id = $2 FOR UPDATE"),
);
