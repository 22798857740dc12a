use model::RunStatus;
use store::{Finish, Lease};

/// One event for each pass.
pub(super) fn log(lease: &Lease, finish: &Finish) {
    let (connection, kind) = (lease.connection, lease.run.kind.name());
    let counts = &finish.counts;
    let (status, health) = (finish.status.name(), finish.health.status.name());
    let code = finish.failure.as_ref().map(|failure| failure.code.as_str());
    match finish.status {
        RunStatus::Failed => tracing::warn!(
            tenant = %lease.tenant, %connection, run.kind = kind, run.status = status,
            error.code = code, health, fetched = counts.fetched, stored = counts.stored,
            "a pass failed"
        ),
        RunStatus::Queued | RunStatus::Running | RunStatus::Succeeded | RunStatus::Abandoned => {
            tracing::info!(
                tenant = %lease.tenant, %connection, run.kind = kind, run.status = status,
                health, fetched = counts.fetched, stored = counts.stored,
                removed = counts.removed, "a pass ended"
            );
        }
    }
}
