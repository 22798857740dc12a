use model::{ConnectionId, TenantId};
use uuid::Uuid;

use super::row::GivenBy;
use crate::operation::Operation;
use crate::row::Row;
use crate::transaction::{Statement, Tx};
use crate::{Store, StoreError};

impl Store {
    /// Where an agent has signed in: for which connections, and who gave the tokens.
    pub async fn list_agent_tokens(
        &self,
        tenant: TenantId,
        account: Uuid,
    ) -> Result<Vec<(ConnectionId, GivenBy)>, StoreError> {
        self.backend().point(List { tenant, account }).await
    }
}

struct List {
    tenant: TenantId,
    account: Uuid,
}

impl Operation for List {
    type Output = Vec<(ConnectionId, GivenBy)>;
    type Error = StoreError;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Self::Output, StoreError> {
        let params = [self.tenant.to_string().into(), self.account.to_string().into()];
        let rows = tx.query(&LIST_AGENT_TOKENS, &params).await?;
        let read = |mut row: Row| {
            let connection = ConnectionId::from_uuid(row.uuid("agent_token.connection_id")?);
            Ok((connection, GivenBy::read(&mut row)?))
        };
        rows.into_iter().map(read).collect()
    }
}

pub(crate) const LIST_AGENT_TOKENS: Statement = Statement::new(
    "SELECT connection_id, origin, app_id FROM agent_token
     WHERE tenant_id = $1 AND account_id = $2",
);
