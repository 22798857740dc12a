use std::time::Duration;

use model::Timestamp;

use crate::time::after;

/// How often passes are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Schedule {
    /// From the end of one pass to the next.
    pub interval: Duration,
    /// From one comparison of all rows to the next.
    pub reconcile: Duration,
}

/// After so many failures in a row nothing is tried but once in a long while.
const BREAKS: u32 = 6;
/// How long that is.
const LONGEST: Duration = Duration::from_hours(1);
/// An instance that was put back is compared again at once, but not more often than so many times
/// in the time between two comparisons.
const AT_MOST: u32 = 24;

impl Schedule {
    /// When the next pass is due after one that succeeded. `jitter` is random, so that connections
    /// that began together do not stay together: up to a tenth of the time earlier or later.
    pub(crate) fn after_success(&self, now: Timestamp, jitter: u16) -> Timestamp {
        after(now, spread(self.interval, jitter))
    }

    /// When the next pass is due after so many that failed: later and later, and once an hour
    /// when it seems to be of no use.
    pub(crate) fn after_failure(&self, now: Timestamp, failures: u32, jitter: u16) -> Timestamp {
        let doublings = failures.saturating_sub(1).min(16);
        let delay = self.interval.saturating_mul(1 << doublings).min(LONGEST.max(self.interval));
        let delay = if failures >= BREAKS { delay.max(LONGEST) } else { delay };
        after(now, spread(delay, jitter))
    }

    /// No pass is planned for later, and no instance left alone for longer, two hours at most.
    pub(crate) fn latest(&self, now: Timestamp) -> Timestamp {
        after(now, spread(self.interval.max(2 * LONGEST), u16::MAX))
    }

    /// When all rows are compared again.
    pub(crate) fn next_reconcile(&self, now: Timestamp, jitter: u16) -> Timestamp {
        after(now, spread(self.reconcile, jitter))
    }

    /// When all rows are compared once something seems to be amiss.
    pub(crate) fn reconcile_soon(&self, now: Timestamp, planned: Timestamp) -> Timestamp {
        let ahead = self.reconcile / AT_MOST * (AT_MOST - 1);
        let ahead = i64::try_from(ahead.as_secs()).unwrap_or(i64::MAX);
        now.max(planned.plus_seconds(-ahead)).min(planned)
    }
}

/// Between nine and eleven tenths.
fn spread(delay: Duration, jitter: u16) -> Duration {
    delay.mul_f64(0.9 + 0.2 * f64::from(jitter) / f64::from(u16::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    const MIDDLE: u16 = u16::MAX / 2;

    fn now() -> Timestamp {
        Timestamp::from_unix(1_780_000_000, 0)
    }

    fn seconds(at: Timestamp) -> i64 {
        (at.ticks() - now().ticks() + 5_000_000).div_euclid(10_000_000)
    }

    fn schedule(interval: u64) -> Schedule {
        let interval = Duration::from_secs(interval);
        Schedule { interval, reconcile: Duration::from_hours(24) }
    }

    #[test]
    fn passes_are_spread() {
        let of = |jitter| seconds(schedule(300).after_success(now(), jitter));
        assert_eq!([of(0), of(MIDDLE), of(u16::MAX)], [270, 300, 330]);
        assert_eq!(seconds(schedule(1).after_success(now(), MIDDLE)), 1);
        assert_eq!(seconds(schedule(1).next_reconcile(now(), MIDDLE)), 86_400);
    }

    #[test]
    fn what_fails_is_tried_later_and_later() {
        let of =
            |interval, failures| seconds(schedule(interval).after_failure(now(), failures, MIDDLE));
        assert_eq!(
            [1, 2, 3, 4, 5, 6, 99].map(|n| of(300, n)),
            [300, 600, 1200, 2400, 3600, 3600, 3600]
        );
        assert_eq!([1, 2, 5, 6].map(|n| of(1, n)), [1, 2, 16, 3600]);
        assert_eq!([1, 2, 9].map(|n| of(7200, n)), [7200, 7200, 7200]);
    }

    #[test]
    fn nothing_is_planned_for_later_than_the_latest() {
        for interval in [1, 300, 100_000] {
            let schedule = schedule(interval);
            let latest = schedule.latest(now());
            assert!(schedule.after_success(now(), u16::MAX) <= latest);
            assert!(schedule.after_failure(now(), 99, u16::MAX) <= latest);
            assert!(
                now().plus_seconds(7200) <= latest,
                "of an instance that wants to be left alone"
            );
        }
    }

    #[test]
    fn doubts_bring_a_comparison_forward_but_not_every_time() {
        let soon = |planned| {
            let planned = now().plus_seconds(planned);
            seconds(schedule(1).reconcile_soon(now(), planned))
        };
        assert_eq!([soon(-5), soon(60), soon(43_200)], [-5, 0, 0]);
        // One has just been made.
        assert_eq!(soon(86_400), 3600);
    }
}
