use std::collections::HashMap;
use std::sync::Arc;

use model::Rng;
use zeroize::Zeroizing;

use super::data_key::WrappedKey;
use super::envelope::Place;
use super::key::Key;
use super::{MasterKey, SealError};
use crate::StoreError;
use crate::transaction::{Statement, Tx};

/// By their ids.
pub(super) type DataKeys = Arc<HashMap<String, Arc<Key>>>;

/// Seals and opens with the data keys of one moment.
#[derive(Clone)]
pub(crate) struct Sealer {
    keys: DataKeys,
    rng: Arc<dyn Rng>,
}

impl Sealer {
    pub(super) fn new(keys: DataKeys, rng: Arc<dyn Rng>) -> Self {
        Self { keys, rng }
    }

    /// Seals under the newest data key of the database.
    pub(crate) async fn seal(
        &self,
        tx: &mut Tx<'_>,
        place: &Place<'_>,
        secret: &[u8],
    ) -> Result<Vec<u8>, StoreError> {
        let newest = self.newest(tx).await?;
        Ok(self.seal_under(newest, place, secret)?)
    }

    pub(crate) fn seal_under(
        &self,
        key: &Key,
        place: &Place<'_>,
        secret: &[u8],
    ) -> Result<Vec<u8>, SealError> {
        place.seal(key, secret, &*self.rng)
    }

    pub(crate) fn open(
        &self,
        place: &Place<'_>,
        sealed: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, SealError> {
        place.open(sealed, |id| self.key(id))
    }

    /// The newest data key of the database, which stays the newest until the transaction ends: so
    /// whoever makes another finds all that is sealed under older ones.
    pub(crate) async fn newest(&self, tx: &mut Tx<'_>) -> Result<&Key, StoreError> {
        tx.query(&SHARE_DATA_KEYS, &[]).await?;
        let rows = tx.query(&NEWEST_DATA_KEY, &[]).await?;
        let newest = rows.into_iter().next().map(|mut row| row.text("data_key.key_id"));
        let newest = newest.ok_or(StoreError::Corrupt { column: "data_key.key_id" })??;
        Ok(self.key(newest)?)
    }

    /// The same data key under another master key.
    pub(crate) fn rewrap(
        &self,
        row: WrappedKey,
        master: &MasterKey,
    ) -> Result<WrappedKey, SealError> {
        WrappedKey::wrap(self.key(row.id)?, master, &*self.rng, row.created)
    }

    fn key(&self, id: String) -> Result<&Key, SealError> {
        self.keys.get(&id).map(AsRef::as_ref).ok_or(SealError::UnknownDataKey { needed: id })
    }
}

/// Whoever makes a data key locks the first one alone.
pub(crate) const SHARE_DATA_KEYS: Statement = Statement::locking(
    "SELECT generation FROM data_key WHERE generation = 1",
    "SELECT generation FROM data_key WHERE generation = 1 FOR SHARE",
);

pub(crate) const NEWEST_DATA_KEY: Statement =
    Statement::new("SELECT key_id FROM data_key ORDER BY generation DESC LIMIT 1");
