use model::Connection;

use super::keys::{END, STRETCH, nth_behind};
use super::word_index;
use crate::StoreError;
use crate::row::Param;
use crate::transaction::{Statement, Tx};

/// Deletes all incidents of a connection: with the whole table where it has no others, else along
/// their keys, since a walk that began anew each time would pass all that was deleted before.
pub(super) async fn delete_all(tx: &mut Tx<'_>, connection: &Connection) -> Result<(), StoreError> {
    let key = || [connection.tenant.to_string().into(), connection.id.to_string().into()];
    let is_alone = tx.query(&OTHER_INCIDENTS, &key()).await?.is_empty();
    if is_alone {
        give_back(tx).await?;
    }
    let mut after = (!is_alone).then(String::new);
    while let Some(from) = after {
        after = nth_behind(tx, key(), &from, STRETCH).await?;
        let [tenant, id]: [Param; 2] = key();
        let through = after.as_deref().unwrap_or(END);
        tx.execute(&DELETE_RANGE, &[tenant, id, from.into(), through.into()]).await?;
    }
    Ok(())
}

/// Deletes the whole table, which has no incidents of others.
pub(super) async fn give_back(tx: &mut Tx<'_>) -> Result<(), StoreError> {
    word_index::forget(tx).await?;
    tx.execute(&DELETE_INCIDENTS, &[]).await?;
    word_index::follow(tx).await
}

pub(crate) const DELETE_RANGE: Statement = Statement::new(
    "DELETE FROM incident
     WHERE tenant_id = $1 AND connection_id = $2 AND sys_id > $3 AND sys_id <= $4",
);

/// A row where the table has incidents of others, too. In PostgreSQL others may write some at any
/// moment; there nobody waits for a long transaction of somebody else either.
pub(crate) const OTHER_INCIDENTS: Statement = Statement {
    sqlite: "SELECT 1 WHERE EXISTS (SELECT 1 FROM incident WHERE tenant_id < $1)
             OR EXISTS (SELECT 1 FROM incident WHERE tenant_id > $1)
             OR EXISTS (SELECT 1 FROM incident WHERE tenant_id = $1 AND connection_id < $2)
             OR EXISTS (SELECT 1 FROM incident WHERE tenant_id = $1 AND connection_id > $2)",
    postgres: "SELECT CAST(1 AS BIGINT) WHERE CAST($1 AS TEXT) <> CAST($2 AS TEXT) OR TRUE",
};

/// Without a condition SQLite gives the pages of a table back and looks at no row.
pub(crate) const DELETE_INCIDENTS: Statement =
    Statement { sqlite: "DELETE FROM incident", postgres: "DELETE FROM incident WHERE FALSE" };
