use model::TenantId;
use uuid::Uuid;

use crate::operation::Operation;
use crate::session::DELETE_SESSIONS;
use crate::transaction::{Statement, Tx};
use crate::{Store, StoreError};

impl Store {
    /// Gives an account another password; whoever is signed in with the old one is signed out.
    /// `false` if there is no such account.
    pub async fn set_password(
        &self,
        (tenant, account): (TenantId, Uuid),
        password_hash: String,
    ) -> Result<bool, StoreError> {
        self.backend().write(SetPassword { tenant, account, password_hash }).await
    }
}

struct SetPassword {
    tenant: TenantId,
    account: Uuid,
    password_hash: String,
}

impl Operation for SetPassword {
    type Output = bool;
    type Error = StoreError;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<bool, StoreError> {
        let [tenant, account] = [self.tenant.to_string(), self.account.to_string()];
        let params = [(&tenant).into(), (&account).into(), (&self.password_hash).into()];
        let changed = tx.execute(&SET_PASSWORD, &params).await? > 0;
        delete_sessions(tx, &tenant, &account).await?;
        Ok(changed)
    }
}

pub(crate) async fn delete_sessions(
    tx: &mut Tx<'_>,
    tenant: &str,
    account: &str,
) -> Result<(), StoreError> {
    tx.execute(&DELETE_SESSIONS, &[tenant.into(), account.into()]).await.map(drop)
}

pub(crate) const SET_PASSWORD: Statement = Statement::new(
    "UPDATE account SET password_hash = $3 WHERE tenant_id = $1 AND account_id = $2",
);
