use std::sync::Arc;

use model::{Rng, Timestamp};
use secrecy::SecretString;

use super::administer::replace_password;
use super::{CreateAccountError, NewPassword, SignIn, SignInError};
use crate::session::SignedIn;

/// A password was not changed.
#[derive(Debug, thiserror::Error)]
pub enum ChangePasswordError {
    /// The one that the person has now is not proved.
    #[error(transparent)]
    Proof(#[from] SignInError),
    /// The new one could not be set.
    #[error(transparent)]
    Set(#[from] CreateAccountError),
}

impl SignIn {
    /// Gives somebody who knows the password another one; all sessions of the account end. Guesses
    /// count like those at signing in.
    pub async fn change_password(
        &self,
        who: &SignedIn,
        (known, new): (SecretString, NewPassword),
        now: Timestamp,
        rng: &Arc<dyn Rng>,
    ) -> Result<(), ChangePasswordError> {
        let folded = who.user_name.to_lowercase();
        let counted = self.attempts.count(&folded, now);
        counted.map_err(|seconds| SignInError::TooMany { seconds })?;
        let account = self.store.find_account(&who.user_name).await.map_err(SignInError::from)?;
        // Somebody whom an issuer vouches for may be called like an account of this service.
        let account = account.filter(|account| account.id == who.account());
        let account = self.proved(account, known).await?;
        self.attempts.forget(&folded);
        replace_password(&self.store, &account, new, (&who.author(), now), rng).await?;
        Ok(())
    }
}
