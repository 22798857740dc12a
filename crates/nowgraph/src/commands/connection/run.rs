use model::{RunCounts, RunStatus, SyncRun};
use serde_json::{Value, json};

use crate::output::{harmless, time};

/// A run as the API has it.
pub(super) fn json(run: &SyncRun) -> Value {
    let RunCounts { fetched, stored, removed, matched, readable } = run.counts;
    json!({
        "id": run.id.to_string(),
        "connectionId": run.connection.to_string(),
        "kind": run.kind.name(),
        "status": run.status.name(),
        "startedDateTime": run.started.map(time),
        "finishedDateTime": run.finished.map(time),
        "fetched": fetched,
        "stored": stored,
        "removed": removed,
        "matched": matched,
        "readable": readable,
        "errorCode": run.failure.as_ref().map(|failure| &failure.code),
        "errorMessage": run.failure.as_ref().map(|failure| &failure.message),
    })
}

/// A run in one line, and a second one for what went wrong.
pub(super) fn line(run: &SyncRun) -> String {
    let RunCounts { fetched, stored, removed, .. } = run.counts;
    let began = time(run.started.unwrap_or(run.queued));
    let (kind, status) = (run.kind.name(), run.status.name());
    let line = format!("{began:<28} {kind:<11} {status:<9} {fetched:>8} {stored:>8} {removed:>8}");
    match &run.failure {
        Some(failure) => format!("{line}\n{:29}{}", "", harmless(&failure.message)),
        None => line,
    }
}

/// Above lines of runs.
pub(super) fn heading() -> String {
    format!(
        "{:<28} {:<11} {:<9} {:>8} {:>8} {:>8}",
        "BEGAN", "KIND", "STATUS", "FETCHED", "STORED", "REMOVED"
    )
}

/// Whether nothing more happens to it.
pub(super) const fn is_over(run: &SyncRun) -> bool {
    match run.status {
        RunStatus::Queued | RunStatus::Running => false,
        RunStatus::Succeeded | RunStatus::Failed | RunStatus::Abandoned => true,
    }
}
