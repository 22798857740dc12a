use crate::StoreError;
use crate::row::Param;
use crate::transaction::{Statement, Tx};

/// Forgets all callers of a connection.
pub(crate) async fn forget_all(tx: &mut Tx<'_>, connection: &[Param; 2]) -> Result<(), StoreError> {
    tx.execute(&FORGET_WORDS, connection).await?;
    tx.execute(&FORGET_CALLERS, connection).await.map(drop)
}

/// Forgets callers of a connection who have no incident left that is there.
pub(crate) async fn forget_idle(
    tx: &mut Tx<'_>,
    connection: &[Param; 2],
) -> Result<(), StoreError> {
    tx.execute(&FORGET_IDLE_WORDS, connection).await?;
    tx.execute(&FORGET_IDLE_CALLERS, connection).await.map(drop)
}

pub(crate) const FORGET_IDLE_CALLERS: Statement = Statement::new(
    "DELETE FROM caller WHERE tenant_id = $1 AND connection_id = $2
     AND NOT EXISTS (SELECT 1 FROM incident WHERE incident.tenant_id = $1
                     AND incident.connection_id = $2
                     AND incident.caller_id = caller.caller_id AND incident.removed IS NULL)",
);

pub(crate) const FORGET_IDLE_WORDS: Statement = Statement::new(
    "DELETE FROM caller_word WHERE tenant_id = $1 AND connection_id = $2
     AND NOT EXISTS (SELECT 1 FROM incident WHERE incident.tenant_id = $1
                     AND incident.connection_id = $2
                     AND incident.caller_id = caller_word.caller_id
                     AND incident.removed IS NULL)",
);

pub(crate) const FORGET_CALLERS: Statement =
    Statement::new("DELETE FROM caller WHERE tenant_id = $1 AND connection_id = $2");

pub(crate) const FORGET_WORDS: Statement =
    Statement::new("DELETE FROM caller_word WHERE tenant_id = $1 AND connection_id = $2");
