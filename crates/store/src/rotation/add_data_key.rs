use crate::operation::Operation;
use crate::seal::{LoadDataKeys, WrappedKey};
use crate::transaction::{Statement, Tx};
use crate::{Store, StoreError};

impl Store {
    /// Makes a data key, under which everything is sealed from now on; answers its id.
    pub async fn add_data_key(&self) -> Result<String, StoreError> {
        let key = WrappedKey::make(&self.keyring().master(), self.rng(), self.clock().now())?;
        let id = key.id.clone();
        self.backend().write(Add(key)).await?;
        self.keyring().reload(self.backend()).await?;
        Ok(id)
    }
}

struct Add(WrappedKey);

impl Operation for Add {
    type Output = ();
    type Error = StoreError;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        tx.query(&LOCK_DATA_KEYS, &[]).await?;
        // One master key for all of them, or no program could open them.
        LoadDataKeys.run(tx).await?.iter().try_for_each(|row| row.check(&self.0.master))?;
        tx.execute(&ADD_DATA_KEY, &self.0.params()).await.map(drop)
    }
}

/// Waits for writes that seal under the key that is the newest still, and keeps others waiting.
pub(crate) const LOCK_DATA_KEYS: Statement = Statement::locking(
    "SELECT generation FROM data_key WHERE generation = 1",
    "SELECT generation FROM data_key WHERE generation = 1 FOR UPDATE",
);

pub(crate) const ADD_DATA_KEY: Statement = Statement::new(
    "INSERT INTO data_key (generation, key_id, master_key_id, wrapped, created)
     SELECT MAX(generation) + 1, $1, $2, $3, $4 FROM data_key",
);
