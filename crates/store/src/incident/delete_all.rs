use model::Connection;

use super::keys::{END, nth_behind};
use crate::row::Param;
use crate::transaction::{Statement, Tx};
use crate::{StoreError, caller};

/// Rows of one statement, so that none lasts too long.
const RANGE: i64 = 10_000;

/// Deletes all incidents of a connection, along their keys: a walk that began anew each time would
/// pass all that was deleted before.
pub(crate) async fn delete_all(tx: &mut Tx<'_>, connection: &Connection) -> Result<(), StoreError> {
    let key = || [connection.tenant.to_string().into(), connection.id.to_string().into()];
    let mut after = Some(String::new());
    while let Some(from) = after {
        after = nth_behind(tx, key(), &from, RANGE).await?;
        let [tenant, id]: [Param; 2] = key();
        let through = after.as_deref().unwrap_or(END);
        tx.execute(&DELETE_RANGE, &[tenant, id, from.into(), through.into()]).await?;
    }
    caller::forget_all(tx, &key()).await
}

pub(crate) const DELETE_RANGE: Statement = Statement::new(
    "DELETE FROM incident
     WHERE tenant_id = $1 AND connection_id = $2 AND sys_id > $3 AND sys_id <= $4",
);
