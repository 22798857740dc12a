use std::collections::BTreeSet;

use model::{AuditEvent, TenantId};

use super::StoredUser;
use super::mentions::{blank, mentions};
use crate::incident::leave_no_trace;
use crate::operation::{Operation, Witness};
use crate::row::Param;
use crate::transaction::{Statement, Tx};
use crate::{Store, StoreError, audit, connection};

/// What was erased.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Erased {
    /// Incidents in which the person is the caller.
    pub incidents: u64,
    /// Incidents of others in which the person was named as the one who works on them.
    pub mentions: u64,
}

impl Store {
    /// Erases what is stored of these users, with a record of it, whose number of rows is that of
    /// the incidents. If they are kept out, passes leave them out from then on. To repeat it does no
    /// harm, and goes on where it was interrupted.
    pub async fn erase(
        &self,
        users: BTreeSet<StoredUser>,
        kept_out: bool,
        event: AuditEvent,
    ) -> Result<Erased, StoreError> {
        let (tenant, witness) = (event.tenant, self.witness(event.tenant));
        let named = users.clone();
        let erase = Erase { users, kept_out, event, witness };
        let incidents = self.backend().write(erase).await?;
        // Once they are kept out, no pass names them anew.
        let mut mentioned = 0;
        for user in named {
            let rows = self.backend().scan(mentions(tenant, &user)).await?;
            mentioned += self.backend().write(blank(tenant, &user, rows)).await?;
        }
        Ok(Erased { incidents, mentions: mentioned })
    }
}

struct Erase {
    users: BTreeSet<StoredUser>,
    kept_out: bool,
    event: AuditEvent,
    witness: Witness,
}

impl Operation for Erase {
    type Output = u64;
    type Error = StoreError;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<u64, StoreError> {
        let tenant = self.event.tenant;
        let mut incidents = 0;
        leave_no_trace(tx, true).await?;
        for user in &self.users {
            // Passes that store a page hold this lock.
            if connection::lock(tx, tenant, user.connection).await?.is_none() {
                continue;
            }
            let key = key(tenant, user);
            if self.kept_out {
                let kept_out = [key.as_slice(), &[self.event.occurred.into()]].concat();
                tx.execute(&KEEP_OUT, &kept_out).await?;
            }
            incidents += tx.execute(&DELETE_INCIDENTS_OF, &key).await?;
            incidents += tx.execute(&DELETE_GONE_OF, &key).await?;
            tx.execute(&DELETE_WORDS_OF, &key).await?;
            tx.execute(&DELETE_CALLER, &key).await?;
        }
        leave_no_trace(tx, false).await?;
        let event = AuditEvent { rows: Some(incidents), ..self.event.clone() };
        audit::append(tx, &event, &self.witness).await?;
        Ok(incidents)
    }

    fn witness(&self) -> Option<&Witness> {
        Some(&self.witness)
    }
}

pub(super) fn key(tenant: TenantId, user: &StoredUser) -> [Param; 3] {
    [tenant.to_string().into(), user.connection.to_string().into(), (&user.id).into()]
}

pub(crate) const KEEP_OUT: Statement = Statement::new(
    "INSERT INTO erased_user (tenant_id, connection_id, user_id, erased)
     VALUES ($1, $2, $3, $4) ON CONFLICT (tenant_id, connection_id, user_id) DO NOTHING",
);

/// Along `incident_caller_opened`, and those that are gone along `incident_gone`.
pub(crate) const DELETE_INCIDENTS_OF: Statement = Statement::new(
    "DELETE FROM incident WHERE tenant_id = $1 AND connection_id = $2 AND caller_id = $3
     AND removed IS NULL",
);

pub(crate) const DELETE_GONE_OF: Statement = Statement::new(
    "DELETE FROM incident WHERE tenant_id = $1 AND connection_id = $2 AND caller_id = $3
     AND removed IS NOT NULL",
);

pub(crate) const DELETE_WORDS_OF: Statement = Statement::new(
    "DELETE FROM caller_word WHERE tenant_id = $1 AND connection_id = $2 AND caller_id = $3",
);

pub(crate) const DELETE_CALLER: Statement = Statement::new(
    "DELETE FROM caller WHERE tenant_id = $1 AND connection_id = $2 AND caller_id = $3",
);
