use std::marker::PhantomData;

use model::{AuditEvent, Connection, ConnectionId, TenantId};

use super::load::lock;
use super::row;
use crate::operation::{Operation, Witness};
use crate::transaction::{Statement, Tx};
use crate::{Store, StoreError, audit, sync};

/// What is to become of the stored connection.
#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "lives from the decision to the write")]
pub enum Decision {
    /// It stays as it is; nothing is written.
    Keep,
    /// It is replaced.
    Write {
        /// The connection as it shall be; tenant and key as before.
        connection: Connection,
        /// The record of that.
        event: AuditEvent,
    },
}

/// A connection after an update.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Updated {
    /// As it is stored now.
    pub connection: Connection,
    /// Whether this update wrote it.
    pub changed: bool,
}

/// Nothing was changed or deleted.
#[derive(Debug, thiserror::Error)]
pub enum UpdateError<E> {
    /// No such connection in the tenant.
    #[error("the connection does not exist")]
    NotFound,
    /// The decision was against it.
    #[error("the change was refused")]
    Refused(E),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Store {
    /// Loads a connection, has it decided upon, and writes what was decided, while no other
    /// writer comes between. `decide` is called again if the transaction has to be repeated.
    pub async fn update_connection<E, D>(
        &self,
        tenant: TenantId,
        id: ConnectionId,
        decide: D,
    ) -> Result<Updated, UpdateError<E>>
    where
        E: Send + 'static,
        D: Fn(&Connection) -> Result<Decision, E> + Send + Sync + 'static,
    {
        let witness = self.witness(tenant);
        self.backend().write(Update { tenant, id, decide, witness, error: PhantomData }).await
    }
}

struct Update<E, D> {
    tenant: TenantId,
    id: ConnectionId,
    decide: D,
    witness: Witness,
    error: PhantomData<fn() -> E>,
}

impl<E, D> Operation for Update<E, D>
where
    E: Send + 'static,
    D: Fn(&Connection) -> Result<Decision, E> + Send + Sync + 'static,
{
    type Output = Updated;
    type Error = UpdateError<E>;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Updated, UpdateError<E>> {
        let stored = lock(tx, self.tenant, self.id).await?.ok_or(UpdateError::NotFound)?;
        match (self.decide)(&stored).map_err(UpdateError::Refused)? {
            Decision::Keep => Ok(Updated { connection: stored, changed: false }),
            Decision::Write { connection, event } => {
                let connection = Connection { tenant: self.tenant, id: self.id, ..connection };
                tx.execute(&UPDATE_CONNECTION, &row::params(&connection)).await?;
                sync::connection_changed(tx, &stored, &connection).await?;
                audit::append(tx, &event, &self.witness).await?;
                Ok(Updated { connection, changed: true })
            }
        }
    }

    fn witness(&self) -> Option<&Witness> {
        Some(&self.witness)
    }
}

pub(crate) const UPDATE_CONNECTION: Statement = Statement::new(
    "UPDATE connection SET
     instance_url = $3, incident_api_url = $4, authentication_kind = $5, app_id = $6, status = $7,
     created = $8, last_modified = $9, last_queried = $10, last_queried_by = $11, version = $12
     WHERE tenant_id = $1 AND connection_id = $2",
);
