use model::{ConnectionId, SyncRun, TenantId};
use uuid::Uuid;

use super::run::{self, select_run};
use crate::operation::Operation;
use crate::transaction::{Statement, Tx};
use crate::{Store, StoreError};

impl Store {
    /// The newest passes of a connection, newest first.
    pub async fn runs(
        &self,
        tenant: TenantId,
        connection: ConnectionId,
        limit: u32,
    ) -> Result<Vec<SyncRun>, StoreError> {
        self.backend().point(Runs { tenant, connection, limit }).await
    }

    /// One pass of a connection.
    pub async fn load_run(
        &self,
        tenant: TenantId,
        connection: ConnectionId,
        id: Uuid,
    ) -> Result<Option<SyncRun>, StoreError> {
        self.backend().point(LoadRun { tenant, connection, id }).await
    }
}

struct Runs {
    tenant: TenantId,
    connection: ConnectionId,
    limit: u32,
}

impl Operation for Runs {
    type Output = Vec<SyncRun>;
    type Error = StoreError;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Vec<SyncRun>, StoreError> {
        let [tenant, connection] = run::key(self.tenant, self.connection);
        let params = [tenant, connection, i64::from(self.limit).into()];
        tx.query(&LIST_RUNS, &params).await?.into_iter().map(run::read).collect()
    }
}

struct LoadRun {
    tenant: TenantId,
    connection: ConnectionId,
    id: Uuid,
}

impl Operation for LoadRun {
    type Output = Option<SyncRun>;
    type Error = StoreError;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Option<SyncRun>, StoreError> {
        let [tenant, connection] = run::key(self.tenant, self.connection);
        let params = [tenant, connection, self.id.to_string().into()];
        tx.query(&LOAD_RUN, &params).await?.into_iter().next().map(run::read).transpose()
    }
}

pub(crate) const LIST_RUNS: Statement =
    Statement::new(select_run!("ORDER BY queued DESC, run_id DESC LIMIT $3"));

pub(crate) const LOAD_RUN: Statement = Statement::new(select_run!("AND run_id = $3"));
