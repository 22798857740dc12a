use std::fmt;

use model::Timestamp;
use zeroize::Zeroizing;

use crate::operation::Operation;
use crate::row::{Param, Row};
use crate::seal::{Place, SealError, Sealer};
use crate::transaction::{Statement, Tx};
use crate::{Store, StoreError};

/// A key that tokens are signed with.
#[derive(Clone, PartialEq, Eq)]
pub struct SigningKey {
    /// `kid` of the tokens.
    pub id: String,
    /// The private key in the form that its maker gave it.
    pub private: Zeroizing<Vec<u8>>,
    /// The public key as a JSON Web Key.
    pub public_jwk: String,
    /// When it was made.
    pub created: Timestamp,
    /// Since when it signs no more, only verifies.
    pub retires: Option<Timestamp>,
}

/// A key that was just made.
#[derive(Clone)]
pub struct NewSigningKey {
    /// `kid` of the tokens.
    pub id: String,
    /// The private key in any form.
    pub private: Zeroizing<Vec<u8>>,
    /// The public key as a JSON Web Key.
    pub public_jwk: String,
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey").field("id", &self.id).finish_non_exhaustive()
    }
}

impl fmt::Debug for NewSigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewSigningKey").field("id", &self.id).finish_non_exhaustive()
    }
}

impl Store {
    /// All keys, oldest first.
    pub async fn signing_keys(&self) -> Result<Vec<SigningKey>, StoreError> {
        let list = move |sealer: Sealer| async move {
            let rows = self.backend().scan(List).await?;
            rows.into_iter().map(|row| Ok(row.open(&sealer)?)).collect()
        };
        self.with_sealer(list).await
    }

    /// All keys, oldest first; if there is none yet, the one of the first process to make one.
    /// `make` takes its time, so it is called outside of any transaction.
    pub async fn ensure_signing_key(
        &self,
        make: impl FnOnce() -> NewSigningKey + Send + 'static,
    ) -> Result<Vec<SigningKey>, StoreError> {
        let keys = self.signing_keys().await?;
        if !keys.is_empty() {
            return Ok(keys);
        }
        let made = tokio::task::spawn_blocking(make).await;
        let made = made.map_err(|_panicked_or_cancelled| StoreError::Interrupted)?;
        let ensure = |sealer| {
            let (key, created) = (made.clone(), self.clock().now());
            self.backend().write(Ensure { key, created, sealer })
        };
        self.with_sealer(ensure).await?;
        self.signing_keys().await
    }
}

const TABLE: &str = "signing_key";

struct SealedKey {
    id: String,
    sealed: Vec<u8>,
    public_jwk: String,
    created: Timestamp,
    retires: Option<Timestamp>,
}

impl SealedKey {
    fn open(self, sealer: &Sealer) -> Result<SigningKey, SealError> {
        let Self { id, sealed, public_jwk, created, retires } = self;
        let private = sealer.open(&Place { table: TABLE, row: &[&id] }, &sealed)?;
        Ok(SigningKey { id, private, public_jwk, created, retires })
    }
}

impl TryFrom<Row> for SealedKey {
    type Error = StoreError;

    fn try_from(mut row: Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.text("signing_key.key_id")?,
            sealed: row.blob("signing_key.sealed_private")?,
            public_jwk: row.text("signing_key.public_jwk")?,
            created: row.timestamp("signing_key.created")?,
            retires: row.optional_timestamp("signing_key.retires")?,
        })
    }
}

struct List;

impl Operation for List {
    type Output = Vec<SealedKey>;
    type Error = StoreError;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Vec<SealedKey>, StoreError> {
        tx.query(&LIST_SIGNING_KEYS, &[]).await?.into_iter().map(SealedKey::try_from).collect()
    }
}

/// The first key; the number in the primary key lets only one through.
struct Ensure {
    key: NewSigningKey,
    created: Timestamp,
    sealer: Sealer,
}

impl Operation for Ensure {
    type Output = ();
    type Error = StoreError;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        let NewSigningKey { id, private, public_jwk } = &self.key;
        let place = Place { table: TABLE, row: &[id] };
        let sealed = self.sealer.seal(tx, &place, private).await?;
        let params =
            [id.into(), Param::Blob(sealed), public_jwk.into(), self.created.into(), Param::Null];
        tx.execute(&INSERT_SIGNING_KEY, &params).await.map(drop)
    }
}

pub(crate) const LIST_SIGNING_KEYS: Statement = Statement::new(
    "SELECT key_id, sealed_private, public_jwk, created, retires FROM signing_key
     ORDER BY generation",
);

pub(crate) const INSERT_SIGNING_KEY: Statement = Statement::new(
    "INSERT INTO signing_key (generation, key_id, sealed_private, public_jwk, created, retires)
     VALUES (1, $1, $2, $3, $4, $5) ON CONFLICT (generation) DO NOTHING",
);
