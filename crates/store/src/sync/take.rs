use model::{
    ConnectionId, ConnectionStatus, RunCounts, RunKind, RunStatus, SyncRun, TenantId, Timestamp,
};
use uuid::Uuid;

use super::lease::latest_end;
use super::run::{self, select_run};
use super::{Lease, LeaseError, state};
use crate::connection::lock;
use crate::incident::is_discarded;
use crate::operation::Operation;
use crate::transaction::{Statement, Tx};
use crate::{Store, StoreError};

/// Who wants to make a pass, and which.
#[derive(Debug, Clone)]
pub struct TakeLease {
    /// Who it is, for people.
    pub holder: String,
    /// What will be read. If the last pass read something else, its cursors are forgotten.
    pub source: String,
    /// The present moment.
    pub now: Timestamp,
    /// How long the lease lasts if it is not renewed.
    pub until: Timestamp,
}

impl Store {
    /// Begins a pass, unless somebody else is at it: the oldest that was asked for; otherwise one
    /// that compares all rows if it is time for that. What others left running is abandoned.
    pub async fn take_lease(
        &self,
        tenant: TenantId,
        connection: ConnectionId,
        wish: TakeLease,
    ) -> Result<Lease, LeaseError> {
        let new_run = self.rng().uuid();
        self.backend().write(Take { tenant, connection, wish, new_run }).await
    }
}

struct Take {
    tenant: TenantId,
    connection: ConnectionId,
    wish: TakeLease,
    new_run: Uuid,
}

impl Operation for Take {
    type Output = Lease;
    type Error = LeaseError;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Lease, LeaseError> {
        let TakeLease { holder, source, now, until } = &self.wish;
        let connection = lock(tx, self.tenant, self.connection).await?.ok_or(LeaseError::Gone)?;
        if connection.status == ConnectionStatus::Disabled {
            return Err(LeaseError::Disabled);
        }
        if is_discarded(tx, &run::key(self.tenant, self.connection)).await? {
            return Err(LeaseError::Clearing);
        }
        let mut kept = state::load(tx, &connection).await?;
        let held = now.next()..=latest_end(*now);
        if let Some(until) = kept.until.filter(|until| held.contains(until)) {
            return Err(LeaseError::Held { until });
        }
        if kept.source.as_ref() != Some(source) {
            kept.forget_source(*now);
            kept.source = Some(source.clone());
        }
        kept.token += 1;
        (kept.holder, kept.until) = (Some(holder.clone()), Some(*until));
        state::save(tx, &connection, &kept).await?;
        let run = self.begin(tx, kept.state.next_reconcile).await?;
        Ok(Lease {
            tenant: self.tenant,
            connection: self.connection,
            token: kept.token,
            source: source.clone(),
            run,
            state: kept.state,
        })
    }
}

impl Take {
    async fn begin(
        &self,
        tx: &mut Tx<'_>,
        next_reconcile: Option<Timestamp>,
    ) -> Result<SyncRun, StoreError> {
        let [tenant, connection] = run::key(self.tenant, self.connection);
        let now = self.wish.now;
        tx.execute(&ABANDON_RUNS, &[tenant.clone(), connection.clone(), now.into()]).await?;
        let asked = tx.query(&OLDEST_QUEUED, &[tenant, connection]).await?;
        let asked = asked.into_iter().next().map(run::read).transpose()?;
        let kind = match next_reconcile {
            Some(at) if at <= now => RunKind::Reconcile,
            Some(_) | None => RunKind::Incremental,
        };
        let run = asked.unwrap_or_else(|| SyncRun {
            tenant: self.tenant,
            connection: self.connection,
            id: self.new_run,
            kind,
            status: RunStatus::Queued,
            queued: now,
            started: None,
            finished: None,
            counts: RunCounts::default(),
            failure: None,
        });
        let run = SyncRun { status: RunStatus::Running, started: Some(now), ..run };
        run::save(tx, &run).await?;
        Ok(run)
    }
}

pub(crate) const ABANDON_RUNS: Statement = Statement::new(
    "UPDATE sync_run SET status = 'abandoned', finished = $3
     WHERE tenant_id = $1 AND connection_id = $2 AND status = 'running'",
);

pub(crate) const OLDEST_QUEUED: Statement =
    Statement::new(select_run!("AND status = 'queued' ORDER BY queued, run_id LIMIT 1"));
