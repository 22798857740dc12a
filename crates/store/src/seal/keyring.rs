use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use model::{Rng, Timestamp};

use super::data_key::{EnsureDataKey, LoadDataKeys, WrappedKey};
use super::sealer::{DataKeys, Sealer};
use super::{MasterKey, SealError};
use crate::StoreError;
use crate::backend::Backend;

/// The data keys of the database as they were last loaded, and the master key that unwraps more.
pub(crate) struct Keyring {
    master: MasterKey,
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
        // All of them, the old ones too: a wrong master key is told at the start, not later.
        rows.iter().try_for_each(|row| row.check(&master))?;
        let keys = unwrapped(rows, &master, &DataKeys::default())?;
        Ok(Self { master, keys: RwLock::new(keys), rng })
    }

    /// Loads keys that others made. Those that are known stay, whatever wraps them now.
    pub(crate) async fn reload(&self, backend: &Backend) -> Result<(), StoreError> {
        let rows = backend.scan(LoadDataKeys).await?;
        let keys = unwrapped(rows, &self.master, &self.keys())?;
        *self.keys.write().unwrap_or_else(PoisonError::into_inner) = keys;
        Ok(())
    }

    pub(crate) fn sealer(&self) -> Sealer {
        Sealer::new(self.keys(), Arc::clone(&self.rng))
    }

    fn keys(&self) -> DataKeys {
        Arc::clone(&self.keys.read().unwrap_or_else(PoisonError::into_inner))
    }
}

fn unwrapped(
    rows: Vec<WrappedKey>,
    master: &MasterKey,
    known: &DataKeys,
) -> Result<DataKeys, SealError> {
    let key = |row: WrappedKey| {
        let key = match known.get(&row.id) {
            Some(key) => Arc::clone(key),
            None => Arc::new(row.unwrap(master)?),
        };
        Ok((row.id, key))
    };
    rows.into_iter().map(key).collect::<Result<HashMap<_, _>, _>>().map(Arc::new)
}

impl fmt::Debug for Keyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keyring").field("master", &self.master).finish_non_exhaustive()
    }
}
