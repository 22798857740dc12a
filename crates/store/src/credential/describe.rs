use model::{ConnectionId, TenantId};

use super::row::{CredentialDescription, describe, key};
use crate::operation::Operation;
use crate::row::Param;
use crate::transaction::{Statement, Tx};
use crate::{Store, StoreError};

impl Store {
    /// Reads what may be told of the credential of a connection; its secrets stay sealed.
    pub async fn describe_credential(
        &self,
        tenant: TenantId,
        id: ConnectionId,
    ) -> Result<Option<CredentialDescription>, StoreError> {
        self.backend().point(Describe { tenant, id }).await
    }
}

struct Describe {
    tenant: TenantId,
    id: ConnectionId,
}

impl Operation for Describe {
    type Output = Option<CredentialDescription>;
    type Error = StoreError;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Option<CredentialDescription>, StoreError> {
        described(tx, self.tenant, self.id).await
    }
}

pub(crate) async fn described(
    tx: &mut Tx<'_>,
    tenant: TenantId,
    id: ConnectionId,
) -> Result<Option<CredentialDescription>, StoreError> {
    let rows = tx.query(&DESCRIBE_CREDENTIAL, &key(tenant, id).map(Param::from)).await?;
    rows.into_iter().next().map(|mut row| describe(&mut row)).transpose()
}

pub(crate) const DESCRIBE_CREDENTIAL: Statement = Statement::new(
    "SELECT kind, user_name, origin, created, renewed FROM credential
     WHERE tenant_id = $1 AND connection_id = $2",
);
