use model::{Rng, Timestamp};
use zeroize::Zeroizing;

use super::envelope::Place;
use super::key::Key;
use super::{MasterKey, SealError};
use crate::StoreError;
use crate::operation::Operation;
use crate::row::{Param, Row};
use crate::transaction::{Statement, Tx};

/// A row of `data_key`.
#[derive(Debug)]
pub(crate) struct WrappedKey {
    pub(crate) id: String,
    pub(crate) master: String,
    pub(crate) wrapped: Vec<u8>,
    pub(crate) created: Timestamp,
}

impl WrappedKey {
    pub(crate) fn make(
        master: &MasterKey,
        rng: &dyn Rng,
        created: Timestamp,
    ) -> Result<Self, SealError> {
        Self::wrap(&Key::generate(rng), master, rng, created)
    }

    pub(crate) fn wrap(
        key: &Key,
        master: &MasterKey,
        rng: &dyn Rng,
        created: Timestamp,
    ) -> Result<Self, SealError> {
        let id = key.id();
        let place = Place { table: "data_key", row: &[&id] };
        let wrapped = place.seal(master.key(), key.bytes(), rng)?;
        Ok(Self { id, master: master.key().id(), wrapped, created })
    }

    pub(crate) fn unwrap(&self, master: &MasterKey) -> Result<Key, SealError> {
        self.check(&master.key().id())?;
        let place = Place { table: "data_key", row: &[&self.id] };
        let opened = place.open(&self.wrapped, |_id| Ok(master.key()))?;
        let mut bytes = Zeroizing::new([0; Key::BYTES]);
        if opened.len() != bytes.len() {
            return Err(SealError::UnknownForm { table: "data_key" });
        }
        bytes.copy_from_slice(&opened);
        Ok(Key::new(bytes))
    }

    /// Whether it is wrapped by the master key of that id.
    pub(crate) fn check(&self, master: &str) -> Result<(), SealError> {
        if self.master == master {
            return Ok(());
        }
        let (needed, given) = (self.master.clone(), master.to_owned());
        Err(SealError::WrongMasterKey { needed, given })
    }

    /// All but the generation.
    pub(crate) fn params(&self) -> [Param; 4] {
        let Self { id, master, wrapped, created } = self;
        [id.into(), master.into(), wrapped.as_slice().into(), (*created).into()]
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

/// All of them, the newest last.
pub(crate) struct LoadDataKeys;

impl Operation for LoadDataKeys {
    type Output = Vec<WrappedKey>;
    type Error = StoreError;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Vec<WrappedKey>, StoreError> {
        let rows = tx.query(&LOAD_DATA_KEYS, &[]).await?;
        rows.into_iter().map(WrappedKey::try_from).collect()
    }
}

/// The first data key; the one of whoever comes first.
pub(super) struct EnsureDataKey(pub(super) WrappedKey);

impl Operation for EnsureDataKey {
    type Output = Vec<WrappedKey>;
    type Error = StoreError;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Vec<WrappedKey>, StoreError> {
        tx.execute(&INSERT_DATA_KEY, &self.0.params()).await?;
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
