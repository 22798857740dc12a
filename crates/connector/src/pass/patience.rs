use std::time::{Duration, SystemTime};

use servicenow::{Decision, Failure, PageSize, Reason};

/// How often one page was asked for in vain, and since when.
#[derive(Debug, Clone, Copy)]
pub(super) struct Patience {
    attempts: u32,
    since: SystemTime,
}

/// An instance that gives no page for so long is given up, however politely it asks to wait.
const LONGEST: Duration = Duration::from_mins(15);

impl Patience {
    pub(super) fn since(now: SystemTime) -> Self {
        Self { attempts: 0, since: now }
    }

    /// What follows a failure, and with how many rows. Attempts are counted anew with fewer rows:
    /// it is another question then. Where each takes the time that the instance is given, they are
    /// not.
    pub(super) fn after(
        &mut self,
        failure: &Failure,
        size: PageSize,
        now: SystemTime,
        jitter: u16,
    ) -> (PageSize, Decision) {
        let next = size.after_failure(failure);
        let slow = matches!(failure, Failure::TimedOut(_) | Failure::Unavailable { .. });
        self.attempts = if next.rows() < size.rows() && !slow { 1 } else { self.attempts + 1 };
        let decision = Decision::after(failure, self.attempts, now, jitter);
        let waited = now.duration_since(self.since).unwrap_or_default();
        match decision {
            Decision::Retry { .. } if waited > LONGEST => {
                (next, Decision::GiveUp(Reason::Exhausted))
            }
            decision => (next, decision),
        }
    }
}

#[cfg(test)]
mod tests {
    use servicenow::RetryAfter;

    use super::*;

    /// Requests until it is given up, and the rows of the last.
    fn requests(failure: &Failure, wait: u64) -> (u32, u32) {
        let mut now = SystemTime::UNIX_EPOCH;
        let (mut patience, mut size) = (Patience::since(now), PageSize::new(1000));
        for request in 1..1000 {
            let rows = size.rows();
            let (next, decision) = patience.after(failure, size, now, 0);
            if let Decision::GiveUp(_) = decision {
                return (request, rows);
            }
            now += Duration::from_secs(wait);
            size = next;
        }
        panic!("it is never given up");
    }

    /// Checks 33 and 41.
    #[test]
    fn pages_are_made_smaller_and_nothing_is_tried_for_ever() {
        assert_eq!(requests(&Failure::Truncated, 0), (13, 1));
        let gateway = Failure::Unavailable { status: 504, after: None };
        assert_eq!(requests(&gateway, 60), (5, 62));
        let wait = Some(RetryAfter::Delay(Duration::from_secs(30)));
        let unavailable = Failure::Unavailable { status: 503, after: wait };
        assert_eq!(requests(&unavailable, 30), (5, 1000));
        assert_eq!(requests(&Failure::Hibernating, 0), (1, 1000));
    }
}
