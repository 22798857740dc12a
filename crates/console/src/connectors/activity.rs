//! Rows and errors of passes over time.

use model::{RunStatus, SyncRun, Timestamp};

use crate::chart::{Chart, Figures, Series, Span};
use crate::moment::Moment;

/// Bars that are drawn at most.
const MOST: i64 = 40;
/// And at least: a connection that is young has nothing in the first of them.
const LEAST: i64 = 20;
/// How long what a bar stands for may be, in seconds.
const STEPS: [i64; 12] =
    [10, 60, 300, 900, 1800, 3600, 10_800, 21_600, 43_200, 86_400, 604_800, 2_592_000];

/// Draws passes that are over, whatever their order.
pub(crate) fn chart(runs: &[SyncRun]) -> Option<Chart> {
    let over = || runs.iter().filter(|run| run.finished.is_some());
    let (first, last) = over().map(seconds).min().zip(over().map(seconds).max())?;
    let step = STEPS.into_iter().find(|step| last / step - first / step < MOST);
    let step = step.unwrap_or((last - first) / (MOST - 1) + 1);
    let to = last.div_euclid(step);
    let from = first.div_euclid(step).min(to - LEAST + 1);
    let span = |number: i64| {
        let within = || over().filter(move |run| seconds(run).div_euclid(step) == number);
        let sum = |count: fn(&SyncRun) -> i64| {
            within().map(|run| u64::try_from(count(run)).unwrap_or_default()).sum::<u64>()
        };
        let failed = within().filter(|run| run.status == RunStatus::Failed).count();
        Span {
            label: label(number * step),
            counts: vec![sum(|run| run.counts.stored), sum(|run| run.counts.removed)],
            marks: u64::try_from(failed).unwrap_or(u64::MAX),
        }
    };
    let series = [("New or newer rows", "c1"), ("Rows that are gone", "c3")];
    let series = series.map(|(label, class)| Series { label: label.to_owned(), class });
    let figures = Figures {
        series: series.to_vec(),
        spans: (from..=to).map(span).collect(),
        marked: Some("Failed passes"),
    };
    Chart::of(&figures, "rows")
}

fn seconds(run: &SyncRun) -> i64 {
    run.queued.unix_seconds()
}

fn label(seconds: i64) -> String {
    let at = Timestamp::from_unix(seconds, 0);
    Moment::new(at, at).exact
}

#[cfg(test)]
mod tests {
    use model::{ConnectionId, RunCounts, RunKind, TenantId};
    use uuid::Uuid;

    use super::*;

    fn run(seconds: i64, status: RunStatus, stored: i64) -> SyncRun {
        let queued = Timestamp::from_unix(1_700_000_000 + seconds, 0);
        let is_over = !matches!(status, RunStatus::Queued | RunStatus::Running);
        SyncRun {
            tenant: TenantId::from_uuid(Uuid::nil()),
            connection: ConnectionId::from_uuid(Uuid::nil()),
            id: Uuid::nil(),
            kind: RunKind::Incremental,
            status,
            queued,
            started: None,
            finished: is_over.then_some(queued),
            counts: RunCounts { stored, removed: 1, ..RunCounts::default() },
            failure: None,
        }
    }

    #[test]
    fn passes_come_to_bars_of_equal_time() {
        let chart = chart(&[
            run(3700, RunStatus::Running, 9),
            run(3600, RunStatus::Failed, 0),
            run(600, RunStatus::Succeeded, 20),
            run(0, RunStatus::Succeeded, 100),
        ]);
        let chart = chart.unwrap();
        assert_eq!(chart.first(), "2023-11-14 21:35:00 UTC");
        assert_eq!(chart.last(), "2023-11-14 23:10:00 UTC");
        assert_eq!(chart.columns.len(), 20);
        assert_eq!(chart.columns[9].counts, ["20", "1"]);
        assert_eq!(chart.columns[19].marks, 1);
        assert_eq!(chart.marked, Some(("Failed passes", "1".to_owned())));
    }

    #[test]
    fn there_are_never_too_many_bars() {
        for seconds in [1, 5_000, 900_000, 4_000_000_000] {
            let runs = [run(0, RunStatus::Succeeded, 1), run(seconds, RunStatus::Succeeded, 1)];
            let bars = chart(&runs).unwrap().columns.len();
            assert!((20..=40).contains(&bars), "{seconds}: {bars}");
        }
        assert_eq!(chart(&[run(0, RunStatus::Queued, 1)]), None);
    }
}
