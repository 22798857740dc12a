use crate::operation::Operation;
use crate::row::Param;
use crate::seal::{Place, Sealer};
use crate::transaction::{Statement, Tx};
use crate::{Store, StoreError};

impl Store {
    /// Seals values under the newest data key that are sealed under older ones, some at a time;
    /// answers how many. None is left after an answer of 0.
    pub async fn reseal(&self) -> Result<u64, StoreError> {
        self.with_sealer(|sealer| self.backend().write(Reseal(sealer))).await
    }
}

/// A table with sealed values.
struct Sealed {
    table: &'static str,
    /// How many columns its key has.
    key: usize,
    /// Rows that are not sealed under `$1`, with their keys.
    find: &'static Statement,
    /// Puts `$1` into the row of the key that follows.
    replace: &'static Statement,
}

const EVERYTHING: [Sealed; 4] = [
    Sealed { table: "agent_token", key: 3, find: &FIND_AGENT_TOKENS, replace: &RESEAL_AGENT_TOKEN },
    Sealed { table: "credential", key: 2, find: &FIND_CREDENTIALS, replace: &RESEAL_CREDENTIAL },
    Sealed { table: "service_key", key: 1, find: &FIND_SERVICE_KEYS, replace: &RESEAL_SERVICE_KEY },
    Sealed { table: "signing_key", key: 1, find: &FIND_SIGNING_KEYS, replace: &RESEAL_SIGNING_KEY },
];

struct Reseal(Sealer);

impl Operation for Reseal {
    type Output = u64;
    type Error = StoreError;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<u64, StoreError> {
        for sealed in &EVERYTHING {
            let resealed = sealed.reseal(tx, &self.0).await?;
            if resealed > 0 {
                return Ok(resealed);
            }
        }
        Ok(0)
    }
}

impl Sealed {
    async fn reseal(&self, tx: &mut Tx<'_>, sealer: &Sealer) -> Result<u64, StoreError> {
        let newest = sealer.newest(tx).await?;
        let rows = tx.query(self.find, &[newest.id_bytes().as_slice().into()]).await?;
        let mut resealed = 0;
        for mut row in rows {
            let key = (0..self.key).map(|_column| row.text(self.table));
            let key: Vec<_> = key.collect::<Result<_, _>>()?;
            let place: Vec<_> = key.iter().map(String::as_str).collect();
            let place = Place { table: self.table, row: &place };
            let secret = sealer.open(&place, &row.blob(self.table)?)?;
            let value = Param::Blob(sealer.seal_under(newest, &place, &secret)?);
            let params: Vec<_> =
                std::iter::once(value).chain(key.iter().map(Param::from)).collect();
            resealed += tx.execute(self.replace, &params).await?;
        }
        Ok(resealed)
    }
}

/// Rows whose sealed value does not begin with the version and the key id of `$1`.
macro_rules! find {
    ($key:literal, $column:literal, $table:literal) => {
        Statement::locking(
            concat!(
                "SELECT ",
                $key,
                ", ",
                $column,
                " FROM ",
                $table,
                " WHERE substr(",
                $column,
                ", 2, 8) <> $1 ORDER BY ",
                $key,
                " LIMIT 100"
            ),
            concat!(
                "SELECT ",
                $key,
                ", ",
                $column,
                " FROM ",
                $table,
                " WHERE substr(",
                $column,
                ", 2, 8) <> $1 ORDER BY ",
                $key,
                " LIMIT 100 FOR UPDATE"
            ),
        )
    };
}

pub(crate) const FIND_AGENT_TOKENS: Statement =
    find!("tenant_id, connection_id, account_id", "sealed", "agent_token");

pub(crate) const RESEAL_AGENT_TOKEN: Statement = Statement::new(
    "UPDATE agent_token SET sealed = $1
     WHERE tenant_id = $2 AND connection_id = $3 AND account_id = $4",
);

pub(crate) const FIND_CREDENTIALS: Statement =
    find!("tenant_id, connection_id", "sealed", "credential");

pub(crate) const RESEAL_CREDENTIAL: Statement =
    Statement::new("UPDATE credential SET sealed = $1 WHERE tenant_id = $2 AND connection_id = $3");

pub(crate) const FIND_SERVICE_KEYS: Statement = find!("name", "sealed", "service_key");

pub(crate) const RESEAL_SERVICE_KEY: Statement =
    Statement::new("UPDATE service_key SET sealed = $1 WHERE name = $2");

pub(crate) const FIND_SIGNING_KEYS: Statement = find!("key_id", "sealed_private", "signing_key");

pub(crate) const RESEAL_SIGNING_KEY: Statement =
    Statement::new("UPDATE signing_key SET sealed_private = $1 WHERE key_id = $2");

#[cfg(test)]
mod tests {
    use super::*;
    use crate::migrate::SQLITE;

    #[test]
    fn no_sealed_column_is_forgotten() {
        let lines = SQLITE.iter().flat_map(|migration| migration.sql.lines());
        let sealed = lines.filter(|line| line.trim_start().starts_with("sealed"));
        assert_eq!(sealed.count(), EVERYTHING.len());
    }
}
