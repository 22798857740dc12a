use model::Connection;

use crate::StoreError;
use crate::transaction::{Statement, Tx};

/// Rows of one statement, so that none lasts too long.
const RANGE: i64 = 10_000;

/// Deletes all incidents of a connection, along their keys: a walk that began anew each time would
/// pass all that was deleted before.
pub(crate) async fn delete_all(tx: &mut Tx<'_>, connection: &Connection) -> Result<(), StoreError> {
    let (tenant, id) = (connection.tenant.to_string(), connection.id.to_string());
    let mut after = String::new();
    loop {
        let key = [(&tenant).into(), (&id).into(), (&after).into()];
        let range = [key.as_slice(), &[RANGE.into()]].concat();
        let last = tx.query(&LAST_OF_RANGE, &range).await?.into_iter().next();
        let Some(last) = last.map(|mut row| row.text("incident.sys_id")).transpose()? else {
            return tx.execute(&DELETE_BEHIND, &key).await.map(drop);
        };
        tx.execute(&DELETE_RANGE, &[key.as_slice(), &[(&last).into()]].concat()).await?;
        after = last;
    }
}

pub(crate) const LAST_OF_RANGE: Statement = Statement::new(
    "SELECT sys_id FROM incident WHERE tenant_id = $1 AND connection_id = $2 AND sys_id > $3
     ORDER BY sys_id LIMIT 1 OFFSET $4",
);

pub(crate) const DELETE_RANGE: Statement = Statement::new(
    "DELETE FROM incident
     WHERE tenant_id = $1 AND connection_id = $2 AND sys_id > $3 AND sys_id <= $4",
);

pub(crate) const DELETE_BEHIND: Statement = Statement::new(
    "DELETE FROM incident WHERE tenant_id = $1 AND connection_id = $2 AND sys_id > $3",
);
