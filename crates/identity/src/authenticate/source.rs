use std::sync::Arc;

use model::Timestamp;
use store::StoreError;

use crate::KeySet;
use crate::builtin::{SigningKeyError, SigningKeys};
use crate::oidc::DiscoveredKeys;

/// Where the keys of an issuer come from.
#[derive(Debug)]
pub(crate) enum KeySource {
    Stored(SigningKeys),
    Discovered(DiscoveredKeys),
}

/// The keys of a moment. Another generation means that keys came or went.
#[derive(Debug, Clone, Default)]
pub(crate) struct Snapshot {
    pub(crate) keys: Arc<KeySet>,
    pub(crate) generation: u64,
}

/// No token can be judged at present; nothing is said about the token.
#[derive(Debug, thiserror::Error)]
pub enum KeysUnavailable {
    /// The issuer gave no keys for a day, or never.
    #[error("signing keys of issuer {0:?} are not available")]
    Issuer(String),
    /// The database did not give them.
    #[error("signing keys could not be loaded")]
    Store(#[from] StoreError),
    /// What the database has is no key, or none could be made.
    #[error("the built-in issuer has no usable signing key")]
    Key(#[from] SigningKeyError),
}

impl KeySource {
    /// The keys to judge with now.
    pub(crate) async fn current(&self, now: Timestamp) -> Result<Snapshot, KeysUnavailable> {
        match self {
            Self::Stored(keys) => keys.current().await,
            Self::Discovered(keys) => keys.current(now).await,
        }
    }

    /// Looks for keys that came after `seen`, because a token names one that it does not hold.
    pub(crate) async fn newer(
        &self,
        seen: &Snapshot,
        now: Timestamp,
    ) -> Result<Option<Snapshot>, KeysUnavailable> {
        match self {
            Self::Stored(keys) => keys.newer(seen).await,
            Self::Discovered(keys) => Ok(keys.newer(seen, now).await),
        }
    }
}

impl Snapshot {
    /// Takes the keys over; the generation moves when they differ.
    pub(crate) fn replace(&mut self, keys: KeySet) {
        if *self.keys != keys {
            self.keys = Arc::new(keys);
            self.generation += 1;
        }
    }
}
