use model::{TenantId, Timestamp};

use crate::account::{self, Account, select_account};
use crate::operation::Operation;
use crate::transaction::{Statement, Tx};
use crate::{Store, StoreError};

/// A session and whose it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Whose it is, as the account is now.
    pub account: Account,
    /// When it began.
    pub created: Timestamp,
    /// When it was last known to be used.
    pub used: Timestamp,
}

impl Store {
    /// The session of this hash.
    pub async fn load_session(
        &self,
        tenant: TenantId,
        hash: &[u8],
    ) -> Result<Option<Session>, StoreError> {
        self.backend().point(Load { tenant, hash: hash.to_vec() }).await
    }

    /// Notes that a session is used.
    pub async fn touch_session(
        &self,
        tenant: TenantId,
        hash: &[u8],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.backend().write(Touch { tenant, hash: hash.to_vec(), now }).await
    }
}

struct Load {
    tenant: TenantId,
    hash: Vec<u8>,
}

impl Operation for Load {
    type Output = Option<Session>;
    type Error = StoreError;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Option<Session>, StoreError> {
        let params = [self.tenant.to_string().into(), self.hash.as_slice().into()];
        let Some(mut row) = tx.query(&LOAD_SESSION, &params).await?.into_iter().next() else {
            return Ok(None);
        };
        Ok(Some(Session {
            account: account::read(&mut row)?,
            created: row.timestamp("session.created")?,
            used: row.timestamp("session.used")?,
        }))
    }
}

struct Touch {
    tenant: TenantId,
    hash: Vec<u8>,
    now: Timestamp,
}

impl Operation for Touch {
    type Output = ();
    type Error = StoreError;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        let hash = self.hash.as_slice().into();
        let params = [self.tenant.to_string().into(), hash, self.now.into()];
        tx.execute(&TOUCH_SESSION, &params).await.map(drop)
    }
}

pub(crate) const LOAD_SESSION: Statement = Statement::new(select_account!(
    ", session.created, session.used FROM session
     JOIN account ON account.tenant_id = session.tenant_id
     AND account.account_id = session.account_id
     WHERE session.tenant_id = $1 AND session.session_hash = $2"
));

pub(crate) const TOUCH_SESSION: Statement = Statement::new(
    "UPDATE session SET used = $3 WHERE tenant_id = $1 AND session_hash = $2 AND used < $3",
);
