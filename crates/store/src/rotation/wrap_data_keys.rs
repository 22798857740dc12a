use std::sync::Arc;

use super::LOCK_DATA_KEYS;
use crate::operation::Operation;
use crate::row::Param;
use crate::seal::{LoadDataKeys, Sealer, WrappedKey};
use crate::transaction::{Statement, Tx};
use crate::{MasterKey, Store, StoreError};

impl Store {
    /// Wraps all data keys by another master key, which is needed to open the database from now on.
    /// Stores that are open have the data keys; for newer ones they read the file of their master
    /// key again.
    pub async fn wrap_data_keys(&self, master: &Arc<MasterKey>) -> Result<(), StoreError> {
        let wrap = move |sealer| {
            let master = Arc::clone(master);
            self.backend().write(Wrap { master, sealer })
        };
        self.with_sealer(wrap).await
    }
}

struct Wrap {
    master: Arc<MasterKey>,
    sealer: Sealer,
}

impl Operation for Wrap {
    type Output = ();
    type Error = StoreError;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        tx.query(&LOCK_DATA_KEYS, &[]).await?;
        for row in LoadDataKeys.run(tx).await? {
            let WrappedKey { id, master, wrapped, .. } = self.sealer.rewrap(row, &self.master)?;
            tx.execute(&WRAP_DATA_KEY, &[id.into(), master.into(), Param::Blob(wrapped)]).await?;
        }
        Ok(())
    }
}

pub(crate) const WRAP_DATA_KEY: Statement =
    Statement::new("UPDATE data_key SET master_key_id = $2, wrapped = $3 WHERE key_id = $1");
