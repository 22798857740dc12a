use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use model::{Rng, Timestamp};
use tokio::task::spawn_blocking;

use super::data_key::{EnsureDataKey, LoadDataKeys, WrappedKey};
use super::sealer::{DataKeys, Sealer};
use super::{MasterKey, SealError};
use crate::StoreError;
use crate::backend::Backend;

/// The data keys of the database as they were last loaded, and the master key that unwraps more.
pub(crate) struct Keyring {
    master: RwLock<Arc<MasterKey>>,
    keys: RwLock<DataKeys>,
    rng: Arc<dyn Rng>,
}

impl Keyring {
    /// Unwraps the data keys of the database; makes the first one if there is none.
    pub(crate) async fn open(
        backend: &Backend,
        master: MasterKey,
        rng: Arc<dyn Rng>,
        now: Timestamp,
    ) -> Result<Self, StoreError> {
        let mut rows = backend.scan(LoadDataKeys).await?;
        if rows.is_empty() {
            rows = backend.write(EnsureDataKey(WrappedKey::make(&master, &*rng, now)?)).await?;
        }
        let keys = unwrapped(&rows, &master, &DataKeys::default())?;
        Ok(Self { master: RwLock::new(Arc::new(master)), keys: RwLock::new(keys), rng })
    }

    /// Loads keys that others made. Those that are known stay, whatever wraps them now; for those
    /// that are not, the file of the master key is read again if it has to be another one.
    pub(crate) async fn reload(&self, backend: &Backend) -> Result<(), StoreError> {
        let rows = backend.scan(LoadDataKeys).await?;
        let keys = match unwrapped(&rows, &self.master(), &self.keys()) {
            Err(wrong @ SealError::WrongMasterKey { .. }) => {
                let master = self.read_again().await.ok_or(wrong)?;
                let keys = unwrapped(&rows, &master, &self.keys())?;
                *self.master.write().unwrap_or_else(PoisonError::into_inner) = master;
                keys
            }
            keys => keys?,
        };
        *self.keys.write().unwrap_or_else(PoisonError::into_inner) = keys;
        Ok(())
    }

    async fn read_again(&self) -> Option<Arc<MasterKey>> {
        let file = self.master().file()?.to_owned();
        let read = spawn_blocking(move || MasterKey::load(&file)).await.ok()?;
        let told = |error: &_| tracing::warn!(%error, "no other master key was found");
        read.map(Arc::new).inspect_err(told).ok()
    }

    pub(crate) fn sealer(&self) -> Sealer {
        Sealer::new(self.keys(), Arc::clone(&self.rng))
    }

    pub(crate) fn master(&self) -> Arc<MasterKey> {
        Arc::clone(&self.master.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn keys(&self) -> DataKeys {
        Arc::clone(&self.keys.read().unwrap_or_else(PoisonError::into_inner))
    }
}

fn unwrapped(
    rows: &[WrappedKey],
    master: &MasterKey,
    known: &DataKeys,
) -> Result<DataKeys, SealError> {
    let key = |row: &WrappedKey| {
        let key = match known.get(&row.id) {
            Some(key) => Arc::clone(key),
            None => Arc::new(row.unwrap(master)?),
        };
        Ok((row.id.clone(), key))
    };
    rows.iter().map(key).collect::<Result<HashMap<_, _>, _>>().map(Arc::new)
}

impl fmt::Debug for Keyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keyring").field("master", &self.master()).finish_non_exhaustive()
    }
}
