use model::{TenantId, Timestamp};
use uuid::Uuid;

use crate::operation::Operation;
use crate::transaction::{Statement, Tx};
use crate::{Store, StoreError};

impl Store {
    /// Writes a session that begins now, and forgets those of the account that began before
    /// `oldest`.
    pub async fn start_session(
        &self,
        (tenant, account): (TenantId, Uuid),
        hash: &[u8],
        now: Timestamp,
        oldest: Timestamp,
    ) -> Result<(), StoreError> {
        let hash = hash.to_vec();
        self.backend().write(Start { tenant, account, hash, now, oldest }).await
    }
}

struct Start {
    tenant: TenantId,
    account: Uuid,
    hash: Vec<u8>,
    now: Timestamp,
    oldest: Timestamp,
}

impl Operation for Start {
    type Output = ();
    type Error = StoreError;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        let [tenant, account] = [self.tenant.to_string(), self.account.to_string()];
        let old = [(&tenant).into(), (&account).into(), self.oldest.into()];
        tx.execute(&DELETE_OLD_SESSIONS, &old).await?;
        let hash = self.hash.as_slice().into();
        let params = [tenant.into(), hash, account.into(), self.now.into()];
        tx.execute(&INSERT_SESSION, &params).await.map(drop)
    }
}

pub(crate) const DELETE_OLD_SESSIONS: Statement =
    Statement::new("DELETE FROM session WHERE tenant_id = $1 AND account_id = $2 AND created < $3");

pub(crate) const INSERT_SESSION: Statement = Statement::new(
    "INSERT INTO session (tenant_id, session_hash, account_id, created, used)
     VALUES ($1, $2, $3, $4, $4)",
);
