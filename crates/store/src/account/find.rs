use super::row::{Account, read, select_account};
use crate::operation::Operation;
use crate::transaction::{Statement, Tx};
use crate::{Store, StoreError};

impl Store {
    /// The account of this name, in any case of its letters.
    pub async fn find_account(&self, user_name: &str) -> Result<Option<Account>, StoreError> {
        self.backend().point(Find(Account::folded(user_name))).await
    }
}

struct Find(String);

impl Operation for Find {
    type Output = Option<Account>;
    type Error = StoreError;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Option<Account>, StoreError> {
        let rows = tx.query(&FIND_ACCOUNT, &[(&self.0).into()]).await?;
        rows.into_iter().next().map(|mut row| read(&mut row)).transpose()
    }
}

pub(crate) const FIND_ACCOUNT: Statement = Statement::new(select_account!(
    "FROM account_name JOIN account ON account.tenant_id = account_name.tenant_id
     AND account.account_id = account_name.account_id WHERE account_name.name = $1"
));
