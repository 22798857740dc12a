use std::str::FromStr;
use std::sync::Arc;

use model::{Rng, Timestamp};
use secrecy::{ExposeSecret as _, SecretString};
use store::{Store, StoreError};

use super::{CreateAccountError, NewAccount};
use crate::crypto::{random_text, sha256};

/// What lets somebody make the first account of all, once. Who starts the program sees it.
#[derive(Debug, Clone)]
pub struct SetupLink(SecretString);

/// No such text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is no link of the first account")]
pub struct SetupLinkError;

/// A working day.
const GOOD_FOR_SECONDS: i64 = 12 * 3600;
const TEXT_LENGTH: usize = 43;

/// A link, if there is no account yet.
pub async fn offer_first_account(
    store: &Store,
    now: Timestamp,
    rng: &dyn Rng,
) -> Result<Option<SetupLink>, StoreError> {
    let link = SetupLink(random_text(rng));
    let expires = now.plus_seconds(GOOD_FOR_SECONDS);
    let offered = store.offer_first_account(&link.hash(), expires).await?;
    Ok(offered.then_some(link))
}

impl SetupLink {
    /// Whether it may still be used.
    pub async fn is_open(&self, store: &Store, now: Timestamp) -> Result<bool, StoreError> {
        store.is_first_account_open(&self.hash(), now).await
    }

    /// Makes the first account; the link is used up then.
    pub async fn create_account(
        &self,
        store: &Store,
        new: NewAccount,
        now: Timestamp,
        rng: &Arc<dyn Rng>,
    ) -> Result<(), CreateAccountError> {
        Ok(store.create_first_account(&self.hash(), new.account(now, rng).await?).await?)
    }

    /// The text in the link.
    pub fn reveal(&self) -> &str {
        self.0.expose_secret()
    }

    fn hash(&self) -> [u8; 32] {
        sha256(self.0.expose_secret().as_bytes())
    }
}

impl FromStr for SetupLink {
    type Err = SetupLinkError;

    fn from_str(text: &str) -> Result<Self, SetupLinkError> {
        if text.len() == TEXT_LENGTH { Ok(Self(text.into())) } else { Err(SetupLinkError) }
    }
}
