use model::{AuditEvent, Connection};

use super::row;
use crate::operation::{Operation, Witness};
use crate::transaction::{Statement, Tx};
use crate::{Store, StoreError, audit};

impl Store {
    /// Writes a new connection. [`StoreError::AlreadyExists`] if its key is taken.
    pub async fn insert_connection(
        &self,
        connection: Connection,
        event: AuditEvent,
    ) -> Result<(), StoreError> {
        let witness = self.witness(connection.tenant);
        self.backend().write(Insert { connection, event, witness }).await
    }
}

struct Insert {
    connection: Connection,
    event: AuditEvent,
    witness: Witness,
}

impl Operation for Insert {
    type Output = ();
    type Error = StoreError;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        tx.execute(&INSERT_CONNECTION, &row::params(&self.connection)).await?;
        audit::append(tx, &self.event, &self.witness).await
    }

    fn witness(&self) -> Option<&Witness> {
        Some(&self.witness)
    }
}

pub(crate) const INSERT_CONNECTION: Statement = Statement::new(
    "INSERT INTO connection
     (tenant_id, connection_id, instance_url, incident_api_url, authentication_kind, app_id,
      status, created, last_modified, last_queried, last_queried_by, version)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
);
