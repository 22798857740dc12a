use model::{RunKind, RunStatus, SyncRun, Timestamp};

use super::status::Tone;
use crate::moment::{Moment, span};
use crate::words;

/// A pass in the history.
#[derive(Debug)]
pub(super) struct Pass {
    pub(super) queued: Moment,
    pub(super) kind: &'static str,
    pub(super) label: &'static str,
    pub(super) tone: Tone,
    pub(super) took: Option<String>,
    pub(super) fetched: i64,
    pub(super) stored: i64,
    pub(super) removed: i64,
    pub(super) message: Option<String>,
}

impl Pass {
    pub(super) fn of(run: SyncRun, now: Timestamp) -> Self {
        let (label, tone) = match run.status {
            RunStatus::Queued => ("Waiting", Tone::Quiet),
            RunStatus::Running => ("Running", Tone::Quiet),
            RunStatus::Succeeded => ("Succeeded", Tone::Good),
            RunStatus::Failed => ("Failed", Tone::Bad),
            RunStatus::Abandoned => ("Broken off", Tone::Fair),
        };
        let took = run.started.zip(run.finished).map(|(started, finished)| {
            let seconds = finished.unix_seconds() - started.unix_seconds();
            if seconds <= 0 { "under a second".to_owned() } else { span(seconds) }
        });
        Self {
            queued: Moment::new(run.queued, now),
            kind: match run.kind {
                RunKind::Incremental => "What changed",
                RunKind::Reconcile => "Everything",
            },
            label,
            tone,
            took,
            fetched: run.counts.fetched,
            stored: run.counts.stored,
            removed: run.counts.removed,
            message: run.failure.map(|failure| words::of_pages(&failure.message)),
        }
    }
}
