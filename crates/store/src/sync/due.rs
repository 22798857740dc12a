use model::{ConnectionId, TenantId, Timestamp};

use super::lease::latest_end;
use crate::operation::Operation;
use crate::row::Row;
use crate::transaction::{Statement, Tx};
use crate::{Store, StoreError};

impl Store {
    /// Connections of all tenants, the longest due first, over which a pass may begin and is to:
    /// because its time has come, or because somebody asked for it. A time after `latest` was
    /// written by a clock that has gone back since: it has come, too.
    pub async fn due_connections(
        &self,
        now: Timestamp,
        latest: Timestamp,
        limit: u32,
    ) -> Result<Vec<(TenantId, ConnectionId)>, StoreError> {
        self.backend().point(Due { now, latest, limit }).await
    }
}

struct Due {
    now: Timestamp,
    latest: Timestamp,
    limit: u32,
}

impl Operation for Due {
    type Output = Vec<(TenantId, ConnectionId)>;
    type Error = StoreError;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Self::Output, StoreError> {
        let Self { now, latest, limit } = *self;
        let params = [now.into(), i64::from(limit).into(), latest_end(now).into(), latest.into()];
        tx.query(&DUE_CONNECTIONS, &params).await?.into_iter().map(read).collect()
    }
}

fn read(mut row: Row) -> Result<(TenantId, ConnectionId), StoreError> {
    let tenant = TenantId::from_uuid(row.uuid("connection.tenant_id")?);
    Ok((tenant, ConnectionId::from_uuid(row.uuid("connection.connection_id")?)))
}

pub(crate) const DUE_CONNECTIONS: Statement = Statement::new(
    "SELECT c.tenant_id, c.connection_id FROM connection c
     LEFT JOIN sync_state s ON s.tenant_id = c.tenant_id AND s.connection_id = c.connection_id
     WHERE c.status = 1
     AND (COALESCE(s.lease_until, 0) <= $1 OR s.lease_until > $3)
     AND (COALESCE(s.not_before, 0) <= $1 OR s.not_before > $4)
     AND (COALESCE(s.next_pass, 0) <= $1 OR s.next_pass > $4 OR EXISTS (SELECT 1 FROM sync_run r
         WHERE r.tenant_id = c.tenant_id AND r.connection_id = c.connection_id
         AND r.status = 'queued'))
     ORDER BY COALESCE(s.next_pass, 0), c.tenant_id, c.connection_id LIMIT $2",
);
