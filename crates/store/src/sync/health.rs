use model::{ConnectionId, Health, TenantId};

use super::state;
use crate::connection;
use crate::operation::Operation;
use crate::transaction::Tx;
use crate::{Store, StoreError};

impl Store {
    /// How a connection is; `has_credential` tells whether it could sign in at all.
    pub async fn health(
        &self,
        tenant: TenantId,
        connection: ConnectionId,
        has_credential: bool,
    ) -> Result<Option<Health>, StoreError> {
        self.backend().scan(LoadHealth { tenant, connection, has_credential }).await
    }
}

struct LoadHealth {
    tenant: TenantId,
    connection: ConnectionId,
    has_credential: bool,
}

impl Operation for LoadHealth {
    type Output = Option<Health>;
    type Error = StoreError;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Option<Health>, StoreError> {
        let Some(connection) = connection::load(tx, self.tenant, self.connection).await? else {
            return Ok(None);
        };
        let told = state::load(tx, &connection).await?.state.health;
        Ok(Some(told.shown_for(&connection, self.has_credential)))
    }
}
