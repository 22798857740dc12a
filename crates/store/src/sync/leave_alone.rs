use model::{Connection, HealthStatus, Timestamp};

use super::state;
use crate::connection::lock;
use crate::operation::Operation;
use crate::transaction::Tx;
use crate::{Store, StoreError};

/// What an instance told somebody who makes no pass.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftAlone {
    /// How the connection is, then.
    pub status: HealthStatus,
    /// Why.
    pub reason: String,
    /// It wants to be left alone until then.
    pub until: Timestamp,
    /// When it said so.
    pub told: Timestamp,
}

impl Store {
    /// Has everybody leave an instance alone, passes too: of this process, of others, and after a
    /// restart. Nothing happens if the connection leads to another instance meanwhile.
    pub async fn leave_alone(
        &self,
        connection: &Connection,
        left_alone: LeftAlone,
    ) -> Result<(), StoreError> {
        let connection = connection.clone();
        self.backend().write(LeaveAlone { connection, left_alone }).await
    }
}

struct LeaveAlone {
    connection: Connection,
    left_alone: LeftAlone,
}

impl Operation for LeaveAlone {
    type Output = ();
    type Error = StoreError;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        let Connection { tenant, id, .. } = self.connection;
        let Some(now) = lock(tx, tenant, id).await? else { return Ok(()) };
        if now.origin() != self.connection.origin() {
            return Ok(());
        }
        let LeftAlone { status, reason, until, told } = &self.left_alone;
        let mut kept = state::load(tx, &now).await?;
        let health = &mut kept.state.health;
        if health.status != *status {
            (health.status, health.since) = (*status, *told);
        }
        health.reason = Some(reason.clone());
        health.last_attempt = Some(*told);
        health.not_before = health.not_before.max(Some(*until));
        state::save(tx, &now, &kept).await
    }
}
