use std::collections::BTreeSet;

use model::AuditEvent;

use super::StoredUser;
use super::erase::key;
use crate::operation::{Operation, Witness};
use crate::transaction::{Statement, Tx};
use crate::{Store, StoreError, audit};

impl Store {
    /// Lets passes store the incidents of users again, with a record of it; answers how many they
    /// were who might not be.
    pub async fn readmit(
        &self,
        users: BTreeSet<StoredUser>,
        event: AuditEvent,
    ) -> Result<u64, StoreError> {
        let witness = self.witness(event.tenant);
        self.backend().write(Readmit { users, event, witness }).await
    }
}

struct Readmit {
    users: BTreeSet<StoredUser>,
    event: AuditEvent,
    witness: Witness,
}

impl Operation for Readmit {
    type Output = u64;
    type Error = StoreError;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<u64, StoreError> {
        let mut count = 0;
        for user in &self.users {
            count += tx.execute(&READMIT, &key(self.event.tenant, user)).await?;
        }
        audit::append(tx, &self.event, &self.witness).await?;
        Ok(count)
    }

    fn witness(&self) -> Option<&Witness> {
        Some(&self.witness)
    }
}

pub(crate) const READMIT: Statement = Statement::new(
    "DELETE FROM erased_user WHERE tenant_id = $1 AND connection_id = $2 AND user_id = $3",
);
