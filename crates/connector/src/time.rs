//! The three forms that a point in time has here.

use std::time::{Duration, SystemTime};

use model::Timestamp;
use servicenow::Stamp;

/// As the network's clock has it.
pub(crate) fn system_time(at: Timestamp) -> SystemTime {
    let seconds = at.unix_seconds();
    let whole = Timestamp::from_unix(seconds, 0);
    let part = Duration::from_nanos((at.ticks() - whole.ticks()).unsigned_abs() * 100);
    let distance = Duration::from_secs(seconds.unsigned_abs());
    let whole = if seconds < 0 {
        SystemTime::UNIX_EPOCH.checked_sub(distance)
    } else {
        SystemTime::UNIX_EPOCH.checked_add(distance)
    };
    whole.and_then(|whole| whole.checked_add(part)).unwrap_or(SystemTime::UNIX_EPOCH)
}

/// As the database has it.
pub(crate) fn timestamp(at: SystemTime) -> Timestamp {
    match at.duration_since(SystemTime::UNIX_EPOCH) {
        Ok(after) => {
            let seconds = i64::try_from(after.as_secs()).unwrap_or(i64::MAX);
            Timestamp::from_unix(seconds, after.subsec_nanos())
        }
        Err(before) => {
            let seconds = i64::try_from(before.duration().as_secs()).unwrap_or(i64::MAX);
            Timestamp::from_unix(-seconds, 0)
        }
    }
}

/// A time of the instance, as the database has it.
pub(crate) fn of_stamp(stamp: Stamp) -> Timestamp {
    Timestamp::from_unix(stamp.unix_seconds(), 0)
}

/// As the instance has it: whole seconds.
pub(crate) fn stamp(at: Timestamp) -> Option<Stamp> {
    Stamp::from_unix_seconds(at.unix_seconds())
}

/// Later by this.
pub(crate) fn after(at: Timestamp, by: Duration) -> Timestamp {
    let ticks = i64::try_from(by.as_nanos() / 100).unwrap_or(i64::MAX);
    let ticks = at.ticks().saturating_add(ticks).min(Timestamp::MAX_TICKS);
    Timestamp::from_ticks(ticks).unwrap_or(at)
}

/// Earlier by this.
pub(crate) fn before(at: Timestamp, by: Duration) -> Timestamp {
    at.plus_seconds(-i64::try_from(by.as_secs()).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_forms_are_one_to_one() {
        for (ticks, text) in [
            (639_028_224_000_000_000, "2026-01-01 00:00:00"),
            (639_028_224_009_999_999, "2026-01-01 00:00:00"),
            (621_355_967_990_000_000, "1969-12-31 23:59:59"),
            (0, "0001-01-01 00:00:00"),
        ] {
            let at = Timestamp::from_ticks(ticks).unwrap();
            assert_eq!(stamp(at).unwrap().to_string(), text);
            assert_eq!(of_stamp(text.parse().unwrap()).unix_seconds(), at.unix_seconds());
            assert_eq!(timestamp(system_time(at)).unix_seconds(), at.unix_seconds(), "{text}");
        }
        let at = Timestamp::from_ticks(639_028_224_009_999_999).unwrap();
        assert_eq!(timestamp(system_time(at)), at);
        assert_eq!(after(at, Duration::from_nanos(100)).ticks(), 639_028_224_010_000_000);
        assert_eq!(after(at, Duration::MAX).ticks(), Timestamp::MAX_TICKS);
    }
}
