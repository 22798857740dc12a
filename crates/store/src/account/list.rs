use model::TenantId;

use super::row::{Account, read, select_account};
use crate::operation::Operation;
use crate::transaction::{Statement, Tx};
use crate::{Store, StoreError};

impl Store {
    /// All accounts of a tenant, by name.
    pub async fn list_accounts(&self, tenant: TenantId) -> Result<Vec<Account>, StoreError> {
        self.backend().scan(List(tenant)).await
    }
}

struct List(TenantId);

impl Operation for List {
    type Output = Vec<Account>;
    type Error = StoreError;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Vec<Account>, StoreError> {
        let rows = tx.query(&LIST_ACCOUNTS, &[self.0.to_string().into()]).await?;
        rows.into_iter().map(|mut row| read(&mut row)).collect()
    }
}

pub(crate) const LIST_ACCOUNTS: Statement = Statement::new(select_account!(
    "FROM account WHERE account.tenant_id = $1 ORDER BY account.user_name"
));
