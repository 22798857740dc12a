use crate::StoreError;
use crate::row::{Param, Row};
use crate::transaction::{Statement, Tx};

/// Rows that one statement looks at.
pub(super) const STRETCH: i64 = 10_000;

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

/// Asks a statement for all rows of a connection, stretch by stretch of their keys: a database
/// server takes only so long for one answer. The statement begins with the connection and ends
/// with the key before the first row and that of the last.
pub(crate) async fn query_along(
    tx: &mut Tx<'_>,
    statement: &Statement,
    connection: [Param; 2],
    asked: &Param,
) -> Result<Vec<Row>, StoreError> {
    let mut rows = Vec::new();
    let mut after = Some(String::new());
    while let Some(from) = after {
        after = nth_behind(tx, connection.clone(), &from, STRETCH).await?;
        let [tenant, id] = connection.clone();
        let through = after.as_deref().unwrap_or(END);
        let params = [tenant, id, asked.clone(), from.into(), through.into()];
        rows.extend(tx.query(statement, &params).await?);
    }
    Ok(rows)
}

pub(crate) const NTH_BEHIND: Statement = Statement::new(
    "SELECT sys_id FROM incident WHERE tenant_id = $1 AND connection_id = $2 AND sys_id > $3
     ORDER BY sys_id LIMIT 1 OFFSET $4",
);
