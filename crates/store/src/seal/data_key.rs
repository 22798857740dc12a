use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use model::{Rng, Timestamp};
use zeroize::Zeroizing;

use super::envelope::Place;
use super::key::Key;
use super::{MasterKey, SealError};
use crate::StoreError;
use crate::backend::Backend;
use crate::operation::Operation;
use crate::row::{Param, Row};
use crate::transaction::{Statement, Tx};

/// The data keys, unwrapped; seals under the newest.
pub(crate) struct Sealer {
    keys: HashMap<String, Key>,
    newest: String,
    rng: Arc<dyn Rng>,
}

impl Sealer {
    /// Unwraps the data keys of the database; makes the first one if there is none.
    pub(crate) async fn open(
        backend: &Backend,
        master: &MasterKey,
        rng: Arc<dyn Rng>,
        now: Timestamp,
    ) -> Result<Self, StoreError> {
        let mut rows = backend.scan(LoadDataKeys).await?;
        if rows.is_empty() {
            rows = backend.write(EnsureDataKey(WrappedKey::make(master, &*rng, now)?)).await?;
        }
        let newest = rows.last().ok_or(StoreError::Corrupt { column: "data_key.key_id" })?;
        let newest = newest.id.clone();
        let keys: Result<_, SealError> =
            rows.into_iter().map(|row| Ok((row.id.clone(), row.unwrap(master)?))).collect();
        Ok(Self { keys: keys?, newest, rng })
    }

    pub(crate) fn seal(&self, place: &Place<'_>, secret: &[u8]) -> Result<Vec<u8>, SealError> {
        place.seal(self.key(self.newest.clone())?, secret, &*self.rng)
    }

    pub(crate) fn unseal(
        &self,
        place: &Place<'_>,
        sealed: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, SealError> {
        place.open(sealed, |id| self.key(id))
    }

    fn key(&self, id: String) -> Result<&Key, SealError> {
        self.keys.get(&id).ok_or(SealError::UnknownDataKey { needed: id })
    }
}

impl fmt::Debug for Sealer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sealer").field("newest", &self.newest).finish_non_exhaustive()
    }
}

/// A row of `data_key`.
#[derive(Debug)]
struct WrappedKey {
    id: String,
    master: String,
    wrapped: Vec<u8>,
    created: Timestamp,
}

impl WrappedKey {
    fn make(master: &MasterKey, rng: &dyn Rng, created: Timestamp) -> Result<Self, SealError> {
        let key = Key::generate(rng);
        let id = key.id();
        let place = Place { table: "data_key", row: &[&id] };
        let wrapped = place.seal(master.key(), key.bytes(), rng)?;
        Ok(Self { id, master: master.key().id(), wrapped, created })
    }

    fn unwrap(&self, master: &MasterKey) -> Result<Key, SealError> {
        let given = master.key().id();
        if self.master != given {
            return Err(SealError::WrongMasterKey { needed: self.master.clone(), given });
        }
        let place = Place { table: "data_key", row: &[&self.id] };
        let opened = place.open(&self.wrapped, |_id| Ok(master.key()))?;
        let mut bytes = Zeroizing::new([0; Key::BYTES]);
        if opened.len() != bytes.len() {
            return Err(SealError::UnknownForm { table: "data_key" });
        }
        bytes.copy_from_slice(&opened);
        Ok(Key::new(bytes))
    }
}

impl TryFrom<Row> for WrappedKey {
    type Error = StoreError;

    fn try_from(mut row: Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.text("data_key.key_id")?,
            master: row.text("data_key.master_key_id")?,
            wrapped: row.blob("data_key.wrapped")?,
            created: row.timestamp("data_key.created")?,
        })
    }
}

struct LoadDataKeys;

impl Operation for LoadDataKeys {
    type Output = Vec<WrappedKey>;
    type Error = StoreError;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Vec<WrappedKey>, StoreError> {
        let rows = tx.query(&LOAD_DATA_KEYS, &[]).await?;
        rows.into_iter().map(WrappedKey::try_from).collect()
    }
}

/// The first data key; the one of whoever comes first.
struct EnsureDataKey(WrappedKey);

impl Operation for EnsureDataKey {
    type Output = Vec<WrappedKey>;
    type Error = StoreError;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Vec<WrappedKey>, StoreError> {
        let WrappedKey { id, master, wrapped, created } = &self.0;
        let params =
            [id.into(), master.into(), Param::from(wrapped.as_slice()), Param::from(*created)];
        tx.execute(&INSERT_DATA_KEY, &params).await?;
        LoadDataKeys.run(tx).await
    }
}

pub(crate) const LOAD_DATA_KEYS: Statement = Statement::new(
    "SELECT key_id, master_key_id, wrapped, created FROM data_key ORDER BY generation",
);

pub(crate) const INSERT_DATA_KEY: Statement = Statement::new(
    "INSERT INTO data_key (generation, key_id, master_key_id, wrapped, created)
     VALUES (1, $1, $2, $3, $4) ON CONFLICT (generation) DO NOTHING",
);
