use model::{
    Connection, ConnectionId, ConnectionStatus, RunCounts, RunFailure, RunKind, RunStatus, SyncRun,
    TenantId, Timestamp,
};
use uuid::Uuid;

use super::run::{self, select_run};
use super::state;
use crate::connection::lock;
use crate::operation::Operation;
use crate::transaction::{Statement, Tx};
use crate::{Store, StoreError};

impl Store {
    /// Asks for a pass over a connection, if there is such a one. A pass of the same kind that waits
    /// already is the answer then; one that could not begin is answered as failed.
    pub async fn queue_run(
        &self,
        tenant: TenantId,
        connection: ConnectionId,
        kind: RunKind,
        now: Timestamp,
    ) -> Result<Option<SyncRun>, StoreError> {
        let id = self.rng().uuid();
        self.backend().write(Queue { tenant, connection, kind, now, id }).await
    }
}

struct Queue {
    tenant: TenantId,
    connection: ConnectionId,
    kind: RunKind,
    now: Timestamp,
    id: Uuid,
}

impl Operation for Queue {
    type Output = Option<SyncRun>;
    type Error = StoreError;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Option<SyncRun>, StoreError> {
        let Some(connection) = lock(tx, self.tenant, self.connection).await? else {
            return Ok(None);
        };
        let [tenant, id] = run::key(self.tenant, self.connection);
        let waiting = tx.query(&QUEUED_RUN, &[tenant, id, self.kind.name().into()]).await?;
        if let Some(waiting) = waiting.into_iter().next() {
            return run::read(waiting).map(Some);
        }
        let not_before = state::load(tx, &connection).await?.state.health.not_before;
        let failure = refusal(&connection, not_before, self.now);
        let failed = failure.is_some();
        let run = SyncRun {
            tenant: self.tenant,
            connection: self.connection,
            id: self.id,
            kind: self.kind,
            status: if failed { RunStatus::Failed } else { RunStatus::Queued },
            queued: self.now,
            started: None,
            finished: failed.then_some(self.now),
            counts: RunCounts::default(),
            failure,
        };
        run::save(tx, &run).await?;
        Ok(Some(run))
    }
}

/// Why a pass that is asked for now could not begin.
fn refusal(
    connection: &Connection,
    not_before: Option<Timestamp>,
    now: Timestamp,
) -> Option<RunFailure> {
    let (code, message) = match connection.status {
        ConnectionStatus::Disabled => DISABLED,
        ConnectionStatus::Enabled if not_before.is_some_and(|at| at > now) => THROTTLED,
        ConnectionStatus::Enabled => return None,
    };
    Some(RunFailure { code: code.to_owned(), message: message.to_owned() })
}

const DISABLED: (&str, &str) =
    ("disabled", "The connection is disabled. Enable it, then ask again.");
const THROTTLED: (&str, &str) = (
    "throttled",
    "The instance wants to be left alone for a while. Ask again when notBeforeDateTime of the \
     connection's health has passed.",
);

/// Ends what waits on a connection that was turned off.
pub(super) async fn refuse_queued(
    tx: &mut Tx<'_>,
    connection: &Connection,
    now: Timestamp,
) -> Result<(), StoreError> {
    let [tenant, id] = run::key(connection.tenant, connection.id);
    let params = [tenant, id, now.into(), DISABLED.0.into(), DISABLED.1.into()];
    tx.execute(&REFUSE_QUEUED, &params).await.map(drop)
}

pub(crate) const QUEUED_RUN: Statement =
    Statement::new(select_run!("AND status = 'queued' AND kind = $3 ORDER BY queued LIMIT 1"));

pub(crate) const REFUSE_QUEUED: Statement = Statement::new(
    "UPDATE sync_run SET status = 'failed', finished = $3, failure_code = $4, failure_message = $5
     WHERE tenant_id = $1 AND connection_id = $2 AND status = 'queued'",
);
