use model::Timestamp;

/// When an issuer was asked for its keys, and when to ask again. Entra's "Signing key rollover"
/// gives the times: refresh hourly, keep a day, look for an unknown key every five minutes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Schedule {
    /// Last success.
    fetched: Option<Timestamp>,
    /// Last attempt.
    attempted: Option<Timestamp>,
    /// Last attempt for the sake of an unknown key.
    searched: Option<Timestamp>,
}

const REFRESH: i64 = 3600;
const KEEP: i64 = 24 * 3600;
const SEARCH: i64 = 300;
/// Between attempts while there are keys to work with.
const RETRY: i64 = 300;
/// Between attempts while there are none.
const RETRY_WITHOUT_KEYS: i64 = 5;

impl Schedule {
    /// Whether the fetched keys may still be believed.
    pub(crate) fn usable(self, now: Timestamp) -> bool {
        self.fetched.is_some_and(|fetched| now < fetched.plus_seconds(KEEP))
    }

    /// Whether it is time to fetch.
    pub(crate) fn due(self, now: Timestamp) -> bool {
        let (age, retry) =
            if self.usable(now) { (REFRESH, RETRY) } else { (0, RETRY_WITHOUT_KEYS) };
        passed(self.fetched, age, now) && passed(self.attempted, retry, now)
    }

    /// Whether an unknown key is reason enough to fetch.
    pub(crate) fn may_search(self, now: Timestamp) -> bool {
        passed(self.searched, SEARCH, now)
    }

    pub(crate) fn search(self, now: Timestamp) -> Self {
        Self { searched: Some(now), ..self }
    }

    pub(crate) fn attempt(self, now: Timestamp) -> Self {
        Self { attempted: Some(now), ..self }
    }

    pub(crate) fn success(self, now: Timestamp) -> Self {
        Self { fetched: Some(now), ..self }
    }
}

fn passed(since: Option<Timestamp>, seconds: i64, now: Timestamp) -> bool {
    since.is_none_or(|since| now >= since.plus_seconds(seconds))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{NOW, at};

    #[test]
    fn keys_are_refreshed_hourly_and_kept_a_day() {
        let first = Schedule::default();
        assert!(first.due(at(NOW)) && !first.usable(at(NOW)));
        let fetched = first.attempt(at(NOW)).success(at(NOW));
        let cases = [
            (0, true, false),
            (3599, true, false),
            (3600, true, true),
            (86_399, true, true),
            (86_400, false, true),
        ];
        for (later, usable, due) in cases {
            let now = at(NOW + later);
            assert_eq!((fetched.usable(now), fetched.due(now)), (usable, due), "{later}");
        }
    }

    #[test]
    fn failures_are_not_repeated_at_once() {
        let failed = Schedule::default().attempt(at(NOW));
        assert!(!failed.due(at(NOW + 4)) && failed.due(at(NOW + 5)));
        let stale = Schedule::default().success(at(NOW)).attempt(at(NOW + 3600));
        assert!(!stale.due(at(NOW + 3899)) && stale.due(at(NOW + 3900)));
    }

    #[test]
    fn unknown_keys_are_searched_every_five_minutes() {
        let fetched = Schedule::default().attempt(at(NOW)).success(at(NOW));
        assert!(fetched.may_search(at(NOW)), "also right after a fetch");
        let searched = fetched.search(at(NOW));
        assert!(!searched.may_search(at(NOW + 299)) && searched.may_search(at(NOW + 300)));
    }
}
