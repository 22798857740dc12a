use model::{Health, RunCounts, RunFailure, RunStatus, SyncRun, Timestamp};

use super::lease::hold;
use super::{Claim, Lease, LeaseError, run};
use crate::Store;
use crate::connection;
use crate::operation::Operation;
use crate::transaction::Tx;

/// How a pass ended, and what follows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finish {
    /// How it ended.
    pub status: RunStatus,
    /// All that it counted.
    pub counts: RunCounts,
    /// Why it failed.
    pub failure: Option<RunFailure>,
    /// When it ended.
    pub finished: Timestamp,
    /// See [`SyncState::page_size`](model::SyncState::page_size).
    pub page_size: Option<u32>,
    /// See [`SyncState::next_pass`](model::SyncState::next_pass).
    pub next_pass: Option<Timestamp>,
    /// See [`SyncState::next_reconcile`](model::SyncState::next_reconcile).
    pub next_reconcile: Option<Timestamp>,
    /// See [`SyncState::failures`](model::SyncState::failures).
    pub failures: u32,
    /// What the calls told.
    pub health: Health,
    /// When the table was last asked, if it was.
    pub queried: Option<Timestamp>,
}

impl Store {
    /// Ends a pass and gives the lease back. If the connection leads elsewhere meanwhile, what was
    /// learned of the old place is not kept.
    pub async fn finish_pass(&self, lease: &Lease, finish: Finish) -> Result<(), LeaseError> {
        let run = SyncRun {
            status: finish.status,
            finished: Some(finish.finished),
            counts: finish.counts,
            failure: finish.failure.clone(),
            ..lease.run.clone()
        };
        let known = lease.state.health.not_before;
        self.backend().write(FinishPass { claim: lease.claim(), known, run, finish }).await
    }
}

struct FinishPass {
    claim: Claim,
    /// What the instance had asked for before the pass began.
    known: Option<Timestamp>,
    run: SyncRun,
    finish: Finish,
}

impl Operation for FinishPass {
    type Output = ();
    type Error = LeaseError;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), LeaseError> {
        let mut held = hold(tx, &self.claim).await?;
        run::save(tx, &self.run).await?;
        held.kept.end_lease();
        if held.reads(&self.claim) {
            let state = &mut held.kept.state;
            state.page_size = self.finish.page_size;
            state.next_pass = self.finish.next_pass;
            state.next_reconcile = self.finish.next_reconcile;
            state.failures = self.finish.failures;
            state.health = self.health(&state.health);
            if let Some(at) = self.finish.queried {
                connection::queried(tx, &held.connection, at).await?;
            }
        }
        Ok(held.save(tx).await?)
    }
}

impl FinishPass {
    /// What the calls told, unless the instance told others meanwhile to leave it alone for longer.
    fn health(&self, told: &Health) -> Health {
        let Finish { health, finished, .. } = &self.finish;
        let until = told.not_before.filter(|_| told.not_before != self.known);
        if until > health.not_before.max(Some(*finished)) {
            Health { last_success: health.last_success, ..told.clone() }
        } else {
            health.clone()
        }
    }
}
