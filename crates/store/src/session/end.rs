use model::TenantId;
use uuid::Uuid;

use crate::account::delete_sessions;
use crate::operation::Operation;
use crate::transaction::{Statement, Tx};
use crate::{Store, StoreError};

impl Store {
    /// Ends one session.
    pub async fn end_session(&self, tenant: TenantId, hash: &[u8]) -> Result<(), StoreError> {
        self.backend().write(End { tenant, hash: hash.to_vec() }).await
    }

    /// Ends all sessions of an account.
    pub async fn end_sessions(&self, tenant: TenantId, account: Uuid) -> Result<(), StoreError> {
        self.backend().write(EndAll { tenant, account }).await
    }
}

struct End {
    tenant: TenantId,
    hash: Vec<u8>,
}

impl Operation for End {
    type Output = ();
    type Error = StoreError;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        let params = [self.tenant.to_string().into(), self.hash.as_slice().into()];
        tx.execute(&DELETE_SESSION, &params).await.map(drop)
    }
}

struct EndAll {
    tenant: TenantId,
    account: Uuid,
}

impl Operation for EndAll {
    type Output = ();
    type Error = StoreError;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        delete_sessions(tx, &self.tenant.to_string(), &self.account.to_string()).await
    }
}

pub(crate) const DELETE_SESSION: Statement =
    Statement::new("DELETE FROM session WHERE tenant_id = $1 AND session_hash = $2");

pub(crate) const DELETE_SESSIONS: Statement =
    Statement::new("DELETE FROM session WHERE tenant_id = $1 AND account_id = $2");
