use std::marker::PhantomData;

use model::{AuditEvent, Connection, ConnectionId, TenantId};

use super::load::lock;
use crate::operation::{Operation, Witness};
use crate::transaction::{Statement, Tx};
use crate::{Store, UpdateError, audit, incident};

impl Store {
    /// Deletes a connection and all that was fetched by it, if `decide` agrees and gives the record of it. `decide` is called
    /// again if the transaction has to be repeated.
    pub async fn delete_connection<E, D>(
        &self,
        tenant: TenantId,
        id: ConnectionId,
        decide: D,
    ) -> Result<(), UpdateError<E>>
    where
        E: Send + 'static,
        D: Fn(&Connection) -> Result<AuditEvent, E> + Send + Sync + 'static,
    {
        let witness = self.witness(tenant);
        self.backend().write(Delete { tenant, id, decide, witness, error: PhantomData }).await
    }
}

struct Delete<E, D> {
    tenant: TenantId,
    id: ConnectionId,
    decide: D,
    witness: Witness,
    error: PhantomData<fn() -> E>,
}

impl<E, D> Operation for Delete<E, D>
where
    E: Send + 'static,
    D: Fn(&Connection) -> Result<AuditEvent, E> + Send + Sync + 'static,
{
    type Output = ();
    type Error = UpdateError<E>;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), UpdateError<E>> {
        let stored = lock(tx, self.tenant, self.id).await?.ok_or(UpdateError::NotFound)?;
        let event = (self.decide)(&stored).map_err(UpdateError::Refused)?;
        let params = [self.tenant.to_string().into(), self.id.to_string().into()];
        incident::discard(tx, &stored).await?;
        tx.execute(&DELETE_CONNECTION, &params).await?;
        Ok(audit::append(tx, &event, &self.witness).await?)
    }

    fn witness(&self) -> Option<&Witness> {
        Some(&self.witness)
    }
}

pub(crate) const DELETE_CONNECTION: Statement =
    Statement::new("DELETE FROM connection WHERE tenant_id = $1 AND connection_id = $2");
