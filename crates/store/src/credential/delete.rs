use model::{Activity, Author, Change, ConnectionId, TenantId, Timestamp};

use super::describe::described;
use super::row::key;
use crate::operation::{Operation, Witness};
use crate::row::Param;
use crate::transaction::{Statement, Tx};
use crate::{Store, StoreError, audit, connection};

impl Store {
    /// Deletes the credential of a connection; `false` if there is none.
    pub async fn delete_credential(
        &self,
        tenant: TenantId,
        id: ConnectionId,
        author: &Author,
    ) -> Result<bool, StoreError> {
        let (author, now) = (author.clone(), self.clock().now());
        let witness = self.witness(tenant);
        self.backend().write(Delete { tenant, id, author, now, witness }).await
    }
}

struct Delete {
    tenant: TenantId,
    id: ConnectionId,
    author: Author,
    now: Timestamp,
    witness: Witness,
}

impl Operation for Delete {
    type Output = bool;
    type Error = StoreError;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<bool, StoreError> {
        let Some(connection) = connection::lock(tx, self.tenant, self.id).await? else {
            return Ok(false);
        };
        let params = key(self.tenant, self.id).map(Param::from);
        let before = described(tx, self.tenant, self.id).await?;
        if tx.execute(&DELETE_CREDENTIAL, &params).await? == 0 {
            return Ok(false);
        }
        let lost = before.map(|before| Change {
            property: "kind",
            before: Some(before.kind.name().to_owned()),
            after: None,
        });
        let lost = lost.into_iter().collect();
        let event = self.author.record(Activity::DeleteCredential, &connection, lost, self.now);
        audit::append(tx, &event, &self.witness).await?;
        Ok(true)
    }

    fn witness(&self) -> Option<&Witness> {
        Some(&self.witness)
    }
}

pub(crate) const DELETE_CREDENTIAL: Statement =
    Statement::new("DELETE FROM credential WHERE tenant_id = $1 AND connection_id = $2");
