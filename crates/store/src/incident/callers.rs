use model::{ConnectionId, TenantId};

use super::discard::is_discarded;
use crate::operation::Operation;
use crate::transaction::{Statement, Tx};
use crate::{Store, StoreError};

/// A name by which callers are found among the stored incidents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CallerName {
    /// `callerEmail`
    Email,
    /// `callerUserPrincipalName`
    UserName,
}

impl Store {
    /// Ids of callers who have the name, in any case of ASCII letters. The newest incident of a
    /// caller that is there tells: earlier ones have names that may have changed since.
    pub async fn callers(
        &self,
        (tenant, connection): (TenantId, ConnectionId),
        name: CallerName,
        value: &str,
    ) -> Result<Vec<String>, StoreError> {
        let value = value.to_ascii_lowercase();
        self.backend().scan(Callers { tenant, connection, name, value }).await
    }
}

struct Callers {
    tenant: TenantId,
    connection: ConnectionId,
    name: CallerName,
    value: String,
}

impl Operation for Callers {
    type Output = Vec<String>;
    type Error = StoreError;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Vec<String>, StoreError> {
        let statement = match self.name {
            CallerName::Email => &CALLERS_BY_EMAIL,
            CallerName::UserName => &CALLERS_BY_USER_NAME,
        };
        let (tenant, connection) = (self.tenant.to_string(), self.connection.to_string());
        let key = [tenant.into(), connection.into()];
        if is_discarded(tx, &key).await? {
            return Ok(Vec::new());
        }
        let [tenant, connection] = key;
        let params = [tenant, connection, (&self.value).into()];
        let rows = tx.query(statement, &params).await?;
        rows.into_iter().map(|mut row| row.text("incident.caller_id")).collect()
    }
}

/// Goes from caller to caller along `incident_caller_opened`, so that it costs as much as there are
/// callers, and looks at one incident of each, or at a few where the same people call at a clone
/// of the instance too.
macro_rules! callers_by {
    ($name:literal) => {
        concat!(
            "WITH RECURSIVE caller (id) AS (
                SELECT MIN(caller_id) FROM incident WHERE tenant_id = $1 AND caller_id > ''
                AND removed IS NULL
                UNION ALL
                SELECT (SELECT MIN(after.caller_id) FROM incident AS after
                        WHERE after.tenant_id = $1 AND after.caller_id > caller.id
                        AND after.removed IS NULL)
                FROM caller WHERE caller.id IS NOT NULL
            )
            SELECT caller.id FROM caller WHERE $3 = (
                SELECT name FROM (
                    SELECT connection_id, ",
            $name,
            " AS name FROM incident
                    WHERE tenant_id = $1 AND caller_id = caller.id AND removed IS NULL
                    ORDER BY opened DESC NULLS LAST, updated DESC LIMIT 50
                ) AS newest WHERE connection_id = $2 LIMIT 1
            ) ORDER BY caller.id"
        )
    };
}

pub(crate) const CALLERS_BY_EMAIL: Statement = Statement::each(
    callers_by!("LOWER(caller_email)"),
    callers_by!(r#"LOWER(caller_email COLLATE "C")"#),
);

pub(crate) const CALLERS_BY_USER_NAME: Statement = Statement::each(
    callers_by!("LOWER(caller_user_principal_name)"),
    callers_by!(r#"LOWER(caller_user_principal_name COLLATE "C")"#),
);
