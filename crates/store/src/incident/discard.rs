use model::Connection;

use super::delete_all::{DELETE_RANGE, OTHER_INCIDENTS, delete_all, give_back};
use super::keys::{END, nth_behind};
use crate::operation::Operation;
use crate::row::Param;
use crate::transaction::{Statement, Tx};
use crate::{Store, StoreError, caller};

/// Rows that are deleted in one step, for which other writers wait.
const STEP: i64 = 1000;

/// Has all incidents of a connection be gone. A file of SQLite has one writer, so many are only
/// hidden there, until [`Store::clear_some`] has deleted them.
pub(crate) async fn discard(tx: &mut Tx<'_>, connection: &Connection) -> Result<(), StoreError> {
    let key = || [connection.tenant.to_string().into(), connection.id.to_string().into()];
    if tx.dialect().is_sqlite() && nth_behind(tx, key(), "", STEP).await?.is_some() {
        tx.execute(&DISCARD, &key()).await?;
    } else {
        delete_all(tx, connection).await?;
    }
    caller::forget_all(tx, &key()).await
}

impl Store {
    /// Deletes some of the incidents that are hidden since their connection was deleted or leads
    /// elsewhere, and says whether there were any. To be interrupted does no harm.
    pub async fn clear_some(&self) -> Result<bool, StoreError> {
        Ok(self.backend().point(Any).await? && self.backend().write(Clear).await?)
    }
}

/// Whether anything is to be deleted at all.
struct Any;

impl Operation for Any {
    type Output = bool;
    type Error = StoreError;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<bool, StoreError> {
        Ok(!tx.query(&FIRST_DISCARDED, &[]).await?.is_empty())
    }
}

struct Clear;

impl Operation for Clear {
    type Output = bool;
    type Error = StoreError;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<bool, StoreError> {
        let first = tx.query(&FIRST_DISCARDED, &[]).await?.into_iter().next();
        let Some(mut first) = first else { return Ok(false) };
        let (tenant, id) =
            (first.text("discarded.tenant_id")?, first.text("discarded.connection_id")?);
        let key = || -> [Param; 2] { [(&tenant).into(), (&id).into()] };
        // Without any other row the table is given back as a whole, which takes no time.
        let through = if tx.query(&OTHER_INCIDENTS, &key()).await?.is_empty() {
            give_back(tx).await?;
            None
        } else {
            let through = nth_behind(tx, key(), "", STEP).await?;
            let [tenant, id] = key();
            let last = through.as_deref().unwrap_or(END);
            tx.execute(&DELETE_RANGE, &[tenant, id, "".into(), last.into()]).await?;
            through
        };
        if through.is_none() {
            tx.execute(&CLEARED, &key()).await?;
        }
        Ok(true)
    }
}

/// Whether the incidents of a connection are of before, so that none is shown and none may be
/// written yet.
pub(crate) async fn is_discarded(tx: &mut Tx<'_>, key: &[Param; 2]) -> Result<bool, StoreError> {
    Ok(tx.dialect().is_sqlite() && !tx.query(&IS_DISCARDED, key).await?.is_empty())
}

/// Whether that is so for any connection of a tenant.
pub(crate) async fn any_discarded(tx: &mut Tx<'_>, tenant: &str) -> Result<bool, StoreError> {
    Ok(tx.dialect().is_sqlite() && !tx.query(&ANY_DISCARDED, &[tenant.into()]).await?.is_empty())
}

/// Holds for incidents that are not of before.
pub(crate) const NOT_DISCARDED: &str = "connection_id NOT IN (SELECT discarded.connection_id \
                                        FROM discarded WHERE discarded.tenant_id = $1)";

pub(crate) const DISCARD: Statement = Statement::new(
    "INSERT INTO discarded (tenant_id, connection_id) VALUES ($1, $2) ON CONFLICT DO NOTHING",
);

pub(crate) const FIRST_DISCARDED: Statement = Statement::new(
    "SELECT tenant_id, connection_id FROM discarded ORDER BY tenant_id, connection_id LIMIT 1",
);

pub(crate) const IS_DISCARDED: Statement = Statement::new(
    "SELECT connection_id FROM discarded WHERE tenant_id = $1 AND connection_id = $2",
);

pub(crate) const ANY_DISCARDED: Statement =
    Statement::new("SELECT connection_id FROM discarded WHERE tenant_id = $1 LIMIT 1");

pub(crate) const CLEARED: Statement =
    Statement::new("DELETE FROM discarded WHERE tenant_id = $1 AND connection_id = $2");
