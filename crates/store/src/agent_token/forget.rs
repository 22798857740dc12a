use model::TenantId;
use uuid::Uuid;

use super::row::Agent;
use crate::operation::Operation;
use crate::row::Param;
use crate::transaction::{Statement, Tx};
use crate::{Store, StoreError};

impl Store {
    /// Forgets what an agent signed in to one instance with.
    pub async fn forget_agent_token(&self, agent: Agent) -> Result<(), StoreError> {
        self.backend().write(Forget(agent)).await
    }

    /// Forgets what an agent signed in to all instances with.
    pub async fn forget_agent_tokens(
        &self,
        tenant: TenantId,
        account: Uuid,
    ) -> Result<(), StoreError> {
        self.backend().write(ForgetAll { tenant, account }).await
    }
}

struct Forget(Agent);

impl Operation for Forget {
    type Output = ();
    type Error = StoreError;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        tx.execute(&FORGET_AGENT_TOKEN, &self.0.key().map(Param::from)).await.map(drop)
    }
}

struct ForgetAll {
    tenant: TenantId,
    account: Uuid,
}

impl Operation for ForgetAll {
    type Output = ();
    type Error = StoreError;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        let params = [self.tenant.to_string().into(), self.account.to_string().into()];
        tx.execute(&FORGET_AGENT_TOKENS, &params).await.map(drop)
    }
}

pub(crate) const FORGET_AGENT_TOKEN: Statement = Statement::new(
    "DELETE FROM agent_token WHERE tenant_id = $1 AND connection_id = $2 AND account_id = $3",
);

pub(crate) const FORGET_AGENT_TOKENS: Statement =
    Statement::new("DELETE FROM agent_token WHERE tenant_id = $1 AND account_id = $2");
