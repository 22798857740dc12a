use crate::StoreError;
use crate::row::Param;
use crate::transaction::{Statement, Tx};

/// Behind every key.
pub(super) const END: &str = "\u{10ffff}";

/// The key of the row that so many others lie before, counted from behind a key.
pub(super) async fn nth_behind(
    tx: &mut Tx<'_>,
    [tenant, connection]: [Param; 2],
    after: &str,
    nth: i64,
) -> Result<Option<String>, StoreError> {
    let rows = tx.query(&NTH_BEHIND, &[tenant, connection, after.into(), nth.into()]).await?;
    rows.into_iter().next().map(|mut row| row.text("incident.sys_id")).transpose()
}

pub(crate) const NTH_BEHIND: Statement = Statement::new(
    "SELECT sys_id FROM incident WHERE tenant_id = $1 AND connection_id = $2 AND sys_id > $3
     ORDER BY sys_id LIMIT 1 OFFSET $4",
);
