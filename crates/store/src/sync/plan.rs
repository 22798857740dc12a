use model::{ConnectionId, TenantId, Timestamp};

use super::state;
use crate::connection;
use crate::operation::Operation;
use crate::transaction::Tx;
use crate::{Store, StoreError};

/// When passes over a connection are due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PassPlan {
    /// The next pass; at once if there is none.
    pub next_pass: Option<Timestamp>,
    /// The next comparison of all rows, which is made with the pass that is due then.
    pub next_reconcile: Option<Timestamp>,
}

impl Store {
    /// When passes over a connection are due, provided that it is enabled.
    pub async fn pass_plan(
        &self,
        tenant: TenantId,
        connection: ConnectionId,
    ) -> Result<Option<PassPlan>, StoreError> {
        self.backend().point(LoadPlan { tenant, connection }).await
    }
}

struct LoadPlan {
    tenant: TenantId,
    connection: ConnectionId,
}

impl Operation for LoadPlan {
    type Output = Option<PassPlan>;
    type Error = StoreError;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Option<PassPlan>, StoreError> {
        let Some(connection) = connection::load(tx, self.tenant, self.connection).await? else {
            return Ok(None);
        };
        let state = state::load(tx, &connection).await?.state;
        Ok(Some(PassPlan { next_pass: state.next_pass, next_reconcile: state.next_reconcile }))
    }
}
