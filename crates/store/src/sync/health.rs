use model::{ConnectionId, Health, TenantId};

use super::state;
use crate::connection;
use crate::credential;
use crate::operation::Operation;
use crate::transaction::Tx;
use crate::{Store, StoreError};

impl Store {
    /// How a connection is.
    pub async fn health(
        &self,
        tenant: TenantId,
        connection: ConnectionId,
    ) -> Result<Option<Health>, StoreError> {
        self.backend().scan(LoadHealth { tenant, connection }).await
    }
}

struct LoadHealth {
    tenant: TenantId,
    connection: ConnectionId,
}

impl Operation for LoadHealth {
    type Output = Option<Health>;
    type Error = StoreError;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Option<Health>, StoreError> {
        let Some(connection) = connection::load(tx, self.tenant, self.connection).await? else {
            return Ok(None);
        };
        let told = state::load(tx, &connection).await?.state.health;
        let credential = credential::described(tx, self.tenant, self.connection).await?;
        // One that was set for another instance is not sent.
        let has_credential =
            credential.is_some_and(|credential| credential.origin == connection.origin());
        Ok(Some(told.shown_for(&connection, has_credential)))
    }
}
