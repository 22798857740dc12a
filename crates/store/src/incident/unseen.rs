use crate::operation::Operation;
use crate::row::{Param, Row};
use crate::transaction::{Statement, Tx};
use crate::{Lease, Store, StoreError};

/// Rows that are stored as if they were there, and were not found there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unseen {
    /// How many.
    pub unseen: u64,
    /// How many are stored as if they were there.
    pub live: u64,
    /// Keys of some of them.
    pub ids: Vec<String>,
}

impl Store {
    /// The rows that a sweep did not find, or whatever came later.
    pub async fn unseen(
        &self,
        lease: &Lease,
        sweep: i64,
        limit: usize,
    ) -> Result<Unseen, StoreError> {
        let connection = lease.claim().key();
        self.backend().scan(LoadUnseen { connection, sweep, limit }).await
    }
}

struct LoadUnseen {
    connection: [Param; 2],
    sweep: i64,
    limit: usize,
}

impl Operation for LoadUnseen {
    type Output = Unseen;
    type Error = StoreError;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Unseen, StoreError> {
        let marked = [self.connection.as_slice(), &[self.sweep.into()]].concat();
        let limit = i64::try_from(self.limit).unwrap_or(i64::MAX);
        let some = [marked.as_slice(), &[limit.into()]].concat();
        let ids = tx.query(&SOME_MISSED, &some).await?;
        let ids = ids.into_iter().map(|mut row| row.text("incident.sys_id"));
        Ok(Unseen {
            unseen: count(tx.query(&COUNT_MISSED, &marked).await?)?,
            live: count(tx.query(&COUNT_LIVE, &self.connection).await?)?,
            ids: ids.collect::<Result<_, _>>()?,
        })
    }
}

fn count(rows: Vec<Row>) -> Result<u64, StoreError> {
    let corrupt = || StoreError::Corrupt { column: "COUNT(*)" };
    let count = rows.into_iter().next().ok_or_else(corrupt)?.integer("COUNT(*)")?;
    u64::try_from(count).map_err(|_negative| corrupt())
}

/// That it is positive is said for the sake of an index which has nothing else.
pub(crate) const SOME_MISSED: Statement = Statement::new(
    "SELECT sys_id FROM incident WHERE tenant_id = $1 AND connection_id = $2
     AND missed = $3 AND missed > 0 AND removed IS NULL ORDER BY sys_id LIMIT $4",
);

pub(crate) const COUNT_MISSED: Statement = Statement::new(
    "SELECT COUNT(*) FROM incident WHERE tenant_id = $1 AND connection_id = $2
     AND missed = $3 AND missed > 0 AND removed IS NULL",
);

pub(crate) const COUNT_LIVE: Statement = Statement::new(
    "SELECT COUNT(*) FROM incident WHERE tenant_id = $1 AND connection_id = $2
     AND removed IS NULL",
);
