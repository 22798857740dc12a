use model::TenantId;
use uuid::Uuid;

use crate::operation::Operation;
use crate::transaction::{Statement, Tx};
use crate::{Store, StoreError};

impl Store {
    /// Deletes an account; its sessions go with it. `false` if there is no such account.
    pub async fn delete_account(
        &self,
        (tenant, account): (TenantId, Uuid),
    ) -> Result<bool, StoreError> {
        self.backend().write(Delete { tenant, account }).await
    }
}

struct Delete {
    tenant: TenantId,
    account: Uuid,
}

impl Operation for Delete {
    type Output = bool;
    type Error = StoreError;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<bool, StoreError> {
        let [tenant, account] = [self.tenant.to_string(), self.account.to_string()];
        let params = [tenant.into(), account.into()];
        tx.execute(&DELETE_NAME, &params).await?;
        Ok(tx.execute(&DELETE_ACCOUNT, &params).await? > 0)
    }
}

pub(crate) const DELETE_NAME: Statement =
    Statement::new("DELETE FROM account_name WHERE tenant_id = $1 AND account_id = $2");

pub(crate) const DELETE_ACCOUNT: Statement =
    Statement::new("DELETE FROM account WHERE tenant_id = $1 AND account_id = $2");
