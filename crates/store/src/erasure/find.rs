use std::collections::BTreeSet;

use model::{ConnectionId, TenantId};

use crate::caller::CONNECTION_IDS;
use crate::incident::query_along;
use crate::operation::Operation;
use crate::row::Param;
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
        let tenant = Param::from(self.tenant.to_string());
        let name = Param::from(&self.name);
        let mut users = BTreeSet::new();
        for mut row in tx.query(&CONNECTION_IDS, std::slice::from_ref(&tenant)).await? {
            let id = row.uuid("connection.connection_id")?;
            let connection = [tenant.clone(), id.to_string().into()];
            for mut row in query_along(tx, &USERS_CALLED, connection, &name).await? {
                let (connection, id) = (ConnectionId::from_uuid(id), row.text("caller_id")?);
                users.insert(StoredUser { connection, id });
            }
        }
        Ok(users)
    }
}

pub(crate) const USERS_CALLED: Statement = Statement::each(
    "SELECT DISTINCT caller_id FROM incident
     WHERE tenant_id = $1 AND connection_id = $2 AND caller_id > ''
     AND (LOWER(caller_email) = $3 OR LOWER(caller_user_principal_name) = $3)
     AND sys_id > $4 AND sys_id <= $5",
    r#"SELECT DISTINCT caller_id FROM incident
     WHERE tenant_id = $1 AND connection_id = $2 AND caller_id > ''
     AND (LOWER(caller_email COLLATE "C") = $3
     OR LOWER(caller_user_principal_name COLLATE "C") = $3)
     AND sys_id > $4 AND sys_id <= $5"#,
);
