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
#[derive(Debug, Clone)]
pub(super) struct Ended<'a> {
    pub(super) kind: RunKind,
    /// As it was at the beginning.
    pub(super) state: &'a SyncState,
    pub(super) counts: RunCounts,
    pub(super) page_size: Option<u32>,
    pub(super) queried: Option<Timestamp>,
    /// Whether the instance counts its rows.
    pub(super) count_unknown: bool,
    /// Whether rows stood among those that came which may not be read.
    pub(super) hiding: bool,
    /// Fields that no row had; `None` where no row came.
    pub(super) unread: Option<Vec<&'static str>>,
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
            (RunKind::Incremental, HealthStatus::Verified) => known.reason.as_deref(),
            (RunKind::Incremental | RunKind::Reconcile, _) => None,
        };
        let (earlier, fields) = parts(earlier.unwrap_or_default());
        let fields = match self.unread.as_deref() {
            None => fields.to_owned(),
            Some([]) => String::new(),
            Some(unread) => format!("{NO_ROW_HAS}{}. {LET_IT_READ}", unread.join(", ")),
        };
        let earlier = Some(earlier.to_owned()).filter(|earlier| !earlier.is_empty());
        let first = found.or(earlier).or_else(|| self.visibility()).unwrap_or_default();
        let both = [first, fields].join(" ").trim().to_owned();
        Some(both).filter(|reason| !reason.is_empty())
    }

    /// The only hint of missing rights is that fewer rows come than are counted. A first pass and
    /// a comparison ask for all; rows that change while a first pass is made do not come either.
    ///
    /// Source: ServiceNow, "Table API", header `X-Total-Count`: rows that may not be read are in
    /// it.
    fn visibility(&self) -> Option<String> {
        let is_first = self.state.cursor.is_none() && (self.hiding || self.count_unknown);
        if self.kind == RunKind::Incremental && !is_first {
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

/// What is said of rows, and what of fields.
fn parts(reason: &str) -> (&str, &str) {
    let at = reason.find(NO_ROW_HAS).unwrap_or(reason.len());
    let (rows, fields) = reason.split_at(at);
    (rows.trim_end(), fields)
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
const NO_ROW_HAS: &str = "No row has ";
const LET_IT_READ: &str = "What is known of it stays. Let the account read these fields (field ACLs, and those of \
                           sys_user for fields of the caller).";
const COUNT_UNKNOWN: &str = "The instance does not count its rows (no X-Total-Count), so incidents \
                             behind many that may not be read could be missed.";

fn doubt(Missing { missing, known }: Missing) -> String {
    format!(
        "{missing} of {known} incidents did not come any more, so none was taken for removed. Check \
         the roles of the account and sync.query. If it is right so: nowgraph connection sync ID \
         --reconcile --accept-removals."
    )
}
