use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use model::Timestamp;

/// Who tried how often to sign in, in this process. A name that nobody has counts like any other.
#[derive(Debug, Default)]
pub(super) struct Attempts(Mutex<HashMap<String, Tried>>);

/// Attempts flow off like water from a leaking bucket.
#[derive(Debug, Clone, Copy)]
struct Tried {
    level: i64,
    at: Timestamp,
}

/// As many fit in at once.
const AT_ONCE: i64 = 10;
/// And then one in so many seconds.
const SECONDS_EACH: i64 = 30;
/// Names that are remembered; beyond that, nobody new may try until some are forgotten.
const NAMES: usize = 10_000;

impl Attempts {
    /// Counts an attempt; tells after how many seconds another will be let through if this is not.
    pub(super) fn count(&self, name: &str, now: Timestamp) -> Result<(), i64> {
        let mut names = self.lock();
        if names.len() >= NAMES {
            names.retain(|_name, tried| tried.level_at(now) > 0);
        }
        let is_new = !names.contains_key(name);
        if is_new && names.len() >= NAMES {
            return Err(SECONDS_EACH);
        }
        let tried = names.entry(name.to_owned()).or_insert(Tried { level: 0, at: now });
        let level = tried.level_at(now) + SECONDS_EACH;
        if level > AT_ONCE * SECONDS_EACH {
            return Err(level - AT_ONCE * SECONDS_EACH);
        }
        *tried = Tried { level, at: now };
        Ok(())
    }

    /// Who signed in begins anew.
    pub(super) fn forget(&self, name: &str) {
        self.lock().remove(name);
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Tried>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Tried {
    /// A clock that was put back lets nothing flow in.
    fn level_at(self, now: Timestamp) -> i64 {
        let passed = (now.unix_seconds() - self.at.unix_seconds()).max(0);
        (self.level - passed).max(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_unix(seconds, 0)
    }

    #[test]
    fn ten_attempts_pass_and_then_one_in_half_a_minute() {
        let attempts = Attempts::default();
        for _ in 0..10 {
            assert_eq!(attempts.count("ada", at(1000)), Ok(()));
        }
        assert_eq!(attempts.count("ada", at(1000)), Err(30));
        assert_eq!(attempts.count("bob", at(1000)), Ok(()), "others may");
        assert_eq!(attempts.count("ada", at(1010)), Err(20));
        assert_eq!(attempts.count("ada", at(900)), Err(30), "the clock went back");
        assert_eq!(attempts.count("ada", at(1030)), Ok(()));
        assert_eq!(attempts.count("ada", at(1031)), Err(29));
        attempts.forget("ada");
        assert_eq!(attempts.count("ada", at(1031)), Ok(()));
    }

    #[test]
    fn only_so_many_names_are_remembered() {
        let attempts = Attempts::default();
        for number in 0..NAMES {
            assert_eq!(attempts.count(&number.to_string(), at(0)), Ok(()));
        }
        assert_eq!(attempts.count("new", at(29)), Err(SECONDS_EACH));
        assert_eq!(attempts.count("0", at(29)), Ok(()));
        assert_eq!(attempts.count("new", at(30)), Ok(()));
    }
}
