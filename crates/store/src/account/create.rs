use super::row::{Account, role_names};
use crate::operation::Operation;
use crate::transaction::{Statement, Tx};
use crate::{Store, StoreError};

/// An account was not made or changed.
#[derive(Debug, thiserror::Error)]
pub enum AccountError {
    /// Its name is another's.
    #[error("the user name is taken")]
    NameTaken,
    /// There is no such link, it is too old, or somebody has made an account meanwhile.
    #[error("the link is not valid any more")]
    Link,
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Store {
    /// Makes an account.
    pub async fn create_account(&self, account: Account) -> Result<(), AccountError> {
        let created = self.backend().write(Create(account)).await;
        created.map_err(AccountError::from_insert)
    }
}

struct Create(Account);

impl Operation for Create {
    type Output = ();
    type Error = StoreError;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        insert(tx, &self.0).await
    }
}

impl AccountError {
    /// The keys are random, so that only names meet.
    pub(super) fn from_insert(error: StoreError) -> Self {
        match error {
            StoreError::AlreadyExists(_) => Self::NameTaken,
            error => Self::Store(error),
        }
    }
}

pub(super) async fn insert(tx: &mut Tx<'_>, account: &Account) -> Result<(), StoreError> {
    let Account { tenant, id, user_name, password_hash, roles, created } = account;
    let [tenant, id] = [tenant.to_string(), id.to_string()];
    let name = [Account::folded(user_name).into(), (&tenant).into(), (&id).into()];
    tx.execute(&INSERT_NAME, &name).await?;
    let params = [
        tenant.into(),
        id.into(),
        user_name.into(),
        password_hash.as_ref().into(),
        role_names(roles).into(),
        (*created).into(),
    ];
    tx.execute(&INSERT_ACCOUNT, &params).await.map(drop)
}

pub(crate) const INSERT_ACCOUNT: Statement = Statement::new(
    "INSERT INTO account (tenant_id, account_id, user_name, password_hash, roles, created)
     VALUES ($1, $2, $3, $4, $5, $6)",
);

pub(crate) const INSERT_NAME: Statement =
    Statement::new("INSERT INTO account_name (name, tenant_id, account_id) VALUES ($1, $2, $3)");
