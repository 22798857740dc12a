use std::collections::BTreeSet;

use model::{ConnectionId, TenantId};

use crate::operation::Operation;
use crate::row::Row;
use crate::transaction::{Statement, Tx};
use crate::{Store, StoreError};

/// A user of the instance of a connection.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct StoredUser {
    /// The connection.
    pub connection: ConnectionId,
    /// `sys_id` of the user.
    pub id: String,
}

impl Store {
    /// Users who, in any stored incident, have this e-mail address or user name, in any case of
    /// ASCII letters. All incidents of the tenant are gone through, so that no earlier name is
    /// missed.
    pub async fn users_called(
        &self,
        tenant: TenantId,
        name: &str,
    ) -> Result<BTreeSet<StoredUser>, StoreError> {
        let name = name.to_ascii_lowercase();
        self.backend().scan(UsersCalled { tenant, name }).await
    }
}

struct UsersCalled {
    tenant: TenantId,
    name: String,
}

impl Operation for UsersCalled {
    type Output = BTreeSet<StoredUser>;
    type Error = StoreError;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<BTreeSet<StoredUser>, StoreError> {
        let params = [self.tenant.to_string().into(), (&self.name).into()];
        tx.query(&USERS_CALLED, &params).await?.into_iter().map(read).collect()
    }
}

fn read(mut row: Row) -> Result<StoredUser, StoreError> {
    let connection = ConnectionId::from_uuid(row.uuid("incident.connection_id")?);
    Ok(StoredUser { connection, id: row.text("incident.caller_id")? })
}

pub(crate) const USERS_CALLED: Statement = Statement::each(
    "SELECT DISTINCT connection_id, caller_id FROM incident
     WHERE tenant_id = $1 AND caller_id > ''
     AND (LOWER(caller_email) = $2 OR LOWER(caller_user_principal_name) = $2)",
    r#"SELECT DISTINCT connection_id, caller_id FROM incident
     WHERE tenant_id = $1 AND caller_id > '' AND (LOWER(caller_email COLLATE "C") = $2
     OR LOWER(caller_user_principal_name COLLATE "C") = $2)"#,
);
