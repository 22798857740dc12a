use std::sync::Arc;

use model::{Rng, Role, TenantId, Timestamp};
use store::{Account, AccountError, Store, StoreError};
use tokio::task::spawn_blocking;

use super::password::HashError;
use super::{NewPassword, UserName};

/// Somebody who shall be able to sign in.
#[derive(Debug, Clone)]
pub struct NewAccount {
    /// Tenant that the person belongs to.
    pub tenant: TenantId,
    /// What the person signs in with.
    pub user_name: UserName,
    /// And proves it by.
    pub password: NewPassword,
    /// What the person may do.
    pub roles: Vec<Role>,
}

/// An account was not made.
#[derive(Debug, thiserror::Error)]
pub enum CreateAccountError {
    /// Another has the name, the link is not valid, or the database failed.
    #[error(transparent)]
    Store(#[from] AccountError),
    /// The password could not be hashed.
    #[error(transparent)]
    Hash(#[from] HashError),
    /// The process ends.
    #[error("interrupted")]
    Interrupted,
}

/// Makes an account.
pub async fn create_account(
    store: &Store,
    new: NewAccount,
    now: Timestamp,
    rng: &Arc<dyn Rng>,
) -> Result<(), CreateAccountError> {
    Ok(store.create_account(new.account(now, rng).await?).await?)
}

/// Gives the account of this name another password, and ends its sessions. `false` if there is
/// none.
pub async fn set_password(
    store: &Store,
    user_name: &UserName,
    password: NewPassword,
    rng: &Arc<dyn Rng>,
) -> Result<bool, CreateAccountError> {
    let found = store.find_account(user_name.as_str()).await.map_err(AccountError::from)?;
    let Some(account) = found else { return Ok(false) };
    let hash = hash(password, rng).await?;
    let set = store.set_password((account.tenant, account.id), hash).await;
    set.map_err(|error: StoreError| AccountError::from(error).into())
}

impl NewAccount {
    pub(super) async fn account(
        self,
        now: Timestamp,
        rng: &Arc<dyn Rng>,
    ) -> Result<Account, CreateAccountError> {
        Ok(Account {
            tenant: self.tenant,
            id: rng.uuid(),
            user_name: self.user_name.as_str().to_owned(),
            password_hash: Some(hash(self.password, rng).await?),
            roles: self.roles,
            created: now,
        })
    }
}

pub(super) async fn hash(
    password: NewPassword,
    rng: &Arc<dyn Rng>,
) -> Result<String, CreateAccountError> {
    let rng = Arc::clone(rng);
    let hashed = spawn_blocking(move || password.hash(rng.as_ref())).await;
    Ok(hashed.map_err(|_cancelled| CreateAccountError::Interrupted)??)
}
