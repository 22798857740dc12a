use super::row::{Account, role_names};
use crate::operation::Operation;
use crate::transaction::{Statement, Tx};
use crate::{Store, StoreError};

impl Store {
    /// Writes whom somebody else vouches for, as they say the person is now. Such an account has no
    /// name to sign in with here, and may be called like another.
    pub async fn vouch_for_account(&self, account: Account) -> Result<(), StoreError> {
        self.backend().write(VouchFor(account)).await
    }
}

struct VouchFor(Account);

impl Operation for VouchFor {
    type Output = ();
    type Error = StoreError;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        let Account { tenant, id, user_name, roles, created, password_hash: _ } = &self.0;
        let params = [
            tenant.to_string().into(),
            id.to_string().into(),
            user_name.into(),
            role_names(roles).into(),
            (*created).into(),
        ];
        tx.execute(&VOUCH_FOR_ACCOUNT, &params).await.map(drop)
    }
}

pub(crate) const VOUCH_FOR_ACCOUNT: Statement = Statement::new(
    "INSERT INTO account (tenant_id, account_id, user_name, roles, created)
     VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (tenant_id, account_id) DO UPDATE
     SET user_name = excluded.user_name, roles = excluded.roles",
);
