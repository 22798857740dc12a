use model::{
    Health, HealthStatus, RunCounts, RunFailure, RunKind, RunStatus, SyncState, Timestamp,
};
use store::Finish;

use super::Schedule;
use crate::Trouble;
use crate::pass::{Missing, Verdict};
use crate::time;

/// How a pass went.
#[derive(Debug)]
pub(super) enum Outcome {
    /// To its end.
    Whole(Verdict),
    /// To its end, but so many rows are gone that none was marked.
    Doubtful(Missing),
    /// Somebody has to do something, or time has to pass.
    Trouble(Trouble),
    /// The connection does not want it any more.
    Unwanted,
}

/// What is known at the end of a pass.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ended<'a> {
    pub(super) kind: RunKind,
    /// As it was at the beginning.
    pub(super) state: &'a SyncState,
    pub(super) counts: RunCounts,
    pub(super) page_size: Option<u32>,
    pub(super) queried: Option<Timestamp>,
    /// Whether the instance counts its rows.
    pub(super) count_unknown: bool,
    pub(super) now: Timestamp,
    pub(super) jitter: u16,
}

impl Ended<'_> {
    /// What is written of it, and when the next pass is due.
    pub(super) fn finish(&self, outcome: &Outcome, schedule: &Schedule) -> Finish {
        let Self { state, now, jitter, .. } = *self;
        let (status, failure) = status(outcome);
        let (failures, next_pass) = match outcome {
            Outcome::Whole(_) | Outcome::Doubtful(_) => {
                (0, Some(schedule.after_success(now, jitter)))
            }
            Outcome::Trouble(trouble) => {
                let failures = state.failures.saturating_add(1);
                let planned = schedule.after_failure(now, failures, jitter);
                let not_before = trouble.not_before.map(time::timestamp);
                (failures, not_before.max(Some(planned)))
            }
            Outcome::Unwanted => (state.failures, state.next_pass),
        };
        Finish {
            status,
            counts: self.counts,
            failure,
            finished: now,
            page_size: self.page_size,
            next_pass,
            next_reconcile: self.next_reconcile(outcome, schedule),
            failures,
            health: self.health(outcome),
            queried: self.queried,
        }
    }

    /// Where a comparison fails it is tried again with the next pass; where it is doubtful it would
    /// only be so again.
    fn next_reconcile(&self, outcome: &Outcome, schedule: &Schedule) -> Option<Timestamp> {
        let Self { state, now, jitter, .. } = *self;
        // A later one was planned by a clock that has gone back since.
        let latest = schedule.next_reconcile(now, u16::MAX);
        let planned = state.next_reconcile.map(|planned| planned.min(latest));
        let anew = schedule.next_reconcile(now, jitter);
        match outcome {
            Outcome::Doubtful(_) => Some(anew),
            Outcome::Whole(_) if self.kind == RunKind::Reconcile => Some(anew),
            Outcome::Whole(Verdict::Continued) => planned.or(Some(anew)),
            Outcome::Whole(Verdict::NewestGone | Verdict::ClockWentBack(_)) => {
                Some(schedule.reconcile_soon(now, planned.unwrap_or(anew)))
            }
            Outcome::Trouble(_) | Outcome::Unwanted => planned,
        }
    }

    fn health(&self, outcome: &Outcome) -> Health {
        let Self { state, now, .. } = *self;
        let known = &state.health;
        let asked = self.queried.or(known.last_success);
        let (status, reason, last_success) = match outcome {
            Outcome::Whole(verdict) => (HealthStatus::Verified, self.warning(*verdict), Some(now)),
            Outcome::Doubtful(missing) => {
                (HealthStatus::Verified, Some(doubt(*missing)), Some(now))
            }
            Outcome::Trouble(trouble) => (trouble.status, Some(trouble.reason()), asked),
            Outcome::Unwanted => return known.clone(),
        };
        let not_before = match outcome {
            Outcome::Trouble(trouble) => trouble.not_before.map(time::timestamp),
            Outcome::Whole(_) | Outcome::Doubtful(_) | Outcome::Unwanted => None,
        };
        let since = if known.status == status { known.since } else { now };
        Health { status, since, last_success, last_attempt: Some(now), reason, not_before }
    }

    /// What an administrator should know although all is well. What a comparison found stays until
    /// the next one.
    fn warning(&self, verdict: Verdict) -> Option<String> {
        let found = match verdict {
            Verdict::Continued => None,
            Verdict::NewestGone => Some(NEWEST_GONE.to_owned()),
            Verdict::ClockWentBack(by) => Some(Trouble::clock_went_back(by).reason()),
        };
        let known = &self.state.health;
        let earlier = match (self.kind, known.status) {
            (RunKind::Incremental, HealthStatus::Verified) => known.reason.clone(),
            (RunKind::Incremental | RunKind::Reconcile, _) => None,
        };
        found.or(earlier).or_else(|| self.visibility())
    }

    /// The only hint of missing rights is that fewer rows come than are counted.
    ///
    /// Source: ServiceNow, "Table API", header `X-Total-Count`: rows that may not be read are in
    /// it.
    fn visibility(&self) -> Option<String> {
        if self.kind == RunKind::Incremental {
            return None;
        }
        match (self.counts.matched, self.counts.readable) {
            (Some(matched), Some(readable)) if readable < matched => Some(format!(
                "{matched} incidents match, {readable} of them may be read. If there should be more, \
                 give the account the role itil."
            )),
            _ if self.count_unknown => Some(COUNT_UNKNOWN.to_owned()),
            _ => None,
        }
    }
}

fn status(outcome: &Outcome) -> (RunStatus, Option<RunFailure>) {
    let failure = |code: &str, message: String| Some(RunFailure { code: code.to_owned(), message });
    match outcome {
        Outcome::Whole(_) => (RunStatus::Succeeded, None),
        Outcome::Doubtful(missing) => (RunStatus::Failed, failure("tooManyGone", doubt(*missing))),
        Outcome::Trouble(trouble) => (RunStatus::Failed, failure(trouble.code, trouble.reason())),
        Outcome::Unwanted => (RunStatus::Abandoned, None),
    }
}

const NEWEST_GONE: &str = "The newest incident that was known did not come again: it was deleted, or \
                           the instance was restored from a backup. All incidents are compared anew.";
const COUNT_UNKNOWN: &str = "The instance does not count its rows (no X-Total-Count), so incidents \
                             behind many that may not be read could be missed.";

fn doubt(Missing { missing, known }: Missing) -> String {
    format!(
        "{missing} of {known} incidents did not come any more, so none was taken for removed. Check \
         the roles of the account and sync.query. If it is right so: nowgraph connection sync ID \
         --reconcile --accept-removals."
    )
}
