use std::fmt;

use model::{Rng, Timestamp};
use secrecy::SecretString;
use store::{Account, Store, StoreError};
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

use super::UserName;
use super::attempts::Attempts;
use super::password::{NOBODYS, matches};
use crate::session::{SessionToken, start_session};

/// Lets people in who know their password.
pub struct SignIn {
    pub(super) store: Store,
    pub(super) attempts: Attempts,
    /// Each takes 19 MiB and a core for a while.
    hashing: Semaphore,
}

/// Nobody was let in.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// Which of the two is wrong is not told.
    #[error("The user name or the password is not right.")]
    Wrong,
    /// There were too many attempts.
    #[error("There were too many attempts. Try again in {seconds} seconds.")]
    TooMany {
        /// Until the next one is let through.
        seconds: i64,
    },
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The process ends.
    #[error("interrupted")]
    Interrupted,
}

const AT_ONCE: usize = 4;

impl SignIn {
    /// With the accounts of this database.
    pub fn new(store: Store) -> Self {
        Self { store, attempts: Attempts::default(), hashing: Semaphore::new(AT_ONCE) }
    }

    /// Starts a session of the account with this name, if the password is right.
    pub async fn sign_in(
        &self,
        user_name: &str,
        password: SecretString,
        now: Timestamp,
        rng: &dyn Rng,
    ) -> Result<SessionToken, SignInError> {
        let name: UserName = user_name.parse().map_err(|_no_name| SignInError::Wrong)?;
        let folded = name.as_str().to_lowercase();
        self.attempts.count(&folded, now).map_err(|seconds| SignInError::TooMany { seconds })?;
        let account = self.store.find_account(name.as_str()).await?;
        let account = self.proved(account, password).await?;
        self.attempts.forget(&folded);
        Ok(start_session(&self.store, (account.tenant, account.id), now, rng).await?)
    }

    pub(super) async fn proved(
        &self,
        account: Option<Account>,
        password: SecretString,
    ) -> Result<Account, SignInError> {
        let interrupted = || SignInError::Interrupted;
        let permit = self.hashing.acquire().await.map_err(|_closed| interrupted())?;
        let known = account.as_ref().and_then(|account| account.password_hash.clone());
        let hash = known.unwrap_or_else(|| NOBODYS.to_owned());
        let matched = spawn_blocking(move || matches(&password, &hash)).await;
        drop(permit);
        let matched = matched.map_err(|_cancelled| interrupted())?;
        account.filter(|_| matched).ok_or(SignInError::Wrong)
    }
}

impl fmt::Debug for SignIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignIn").finish_non_exhaustive()
    }
}
