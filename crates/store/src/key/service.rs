use model::Timestamp;
use zeroize::Zeroizing;

use crate::operation::Operation;
use crate::row::Param;
use crate::seal::{Key, Place, Sealer};
use crate::transaction::{Statement, Tx};
use crate::{Store, StoreError};

impl Store {
    /// The key of that name, the same for every process; made when first asked for.
    pub async fn service_key(&self, name: &'static str) -> Result<Zeroizing<[u8; 32]>, StoreError> {
        let place = Place { table: TABLE, row: &[name] };
        let work = move |sealer: Sealer| async move {
            let sealed = if let Some(sealed) = self.backend().point(Load(name)).await? {
                sealed
            } else {
                let (key, now) = (Key::generate(self.rng()), self.clock().now());
                self.backend().write(Ensure { name, key, now, sealer: sealer.clone() }).await?
            };
            Ok(sealer.open(&place, &sealed)?)
        };
        let opened = self.with_sealer(work).await?;
        let mut key = Zeroizing::new([0; 32]);
        if opened.len() != key.len() {
            return Err(StoreError::Corrupt { column: "service_key.sealed" });
        }
        key.copy_from_slice(&opened);
        Ok(key)
    }
}

const TABLE: &str = "service_key";

struct Load(&'static str);

impl Operation for Load {
    type Output = Option<Vec<u8>>;
    type Error = StoreError;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Option<Vec<u8>>, StoreError> {
        let rows = tx.query(&LOAD_SERVICE_KEY, &[self.0.into()]).await?;
        rows.into_iter().next().map(|mut row| row.blob("service_key.sealed")).transpose()
    }
}

/// The key of whoever comes first.
struct Ensure {
    name: &'static str,
    key: Key,
    now: Timestamp,
    sealer: Sealer,
}

impl Operation for Ensure {
    type Output = Vec<u8>;
    type Error = StoreError;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Vec<u8>, StoreError> {
        let place = Place { table: TABLE, row: &[self.name] };
        let sealed = self.sealer.seal(tx, &place, self.key.bytes()).await?;
        let params = [self.name.into(), Param::Blob(sealed), self.now.into()];
        tx.execute(&INSERT_SERVICE_KEY, &params).await?;
        let stored = Load(self.name).run(tx).await?;
        stored.ok_or(StoreError::Corrupt { column: "service_key.sealed" })
    }
}

pub(crate) const LOAD_SERVICE_KEY: Statement =
    Statement::new("SELECT sealed FROM service_key WHERE name = $1");

pub(crate) const INSERT_SERVICE_KEY: Statement = Statement::new(
    "INSERT INTO service_key (name, sealed, created) VALUES ($1, $2, $3)
     ON CONFLICT (name) DO NOTHING",
);
