use std::fmt;

/// Tells the time. The program has one, tests set theirs.
pub trait Clock: fmt::Debug + Send + Sync {
    /// The present moment.
    fn now(&self) -> Timestamp;
}

/// A point in time: ticks of 100 ns since 0001-01-01T00:00:00Z, never negative.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Timestamp(i64);

impl Timestamp {
    /// Ticks of the last point in time, 9999-12-31T23:59:59.9999999Z.
    pub const MAX_TICKS: i64 = 3_155_378_975_999_999_999;
    const EPOCH: Self = Self(Self::UNIX_EPOCH_SECONDS * Self::TICKS_PER_SECOND);
    const UNIX_EPOCH_SECONDS: i64 = 62_135_596_800;
    const TICKS_PER_SECOND: i64 = 10_000_000;

    /// `None` outside the years 1 to 9999.
    pub const fn from_ticks(ticks: i64) -> Option<Self> {
        if ticks >= 0 && ticks <= Self::MAX_TICKS { Some(Self(ticks)) } else { None }
    }

    /// `None` outside the years 1 to 9999.
    pub const fn from_unix_seconds(seconds: i64) -> Option<Self> {
        match seconds.checked_add(Self::UNIX_EPOCH_SECONDS) {
            Some(seconds) => match seconds.checked_mul(Self::TICKS_PER_SECOND) {
                Some(ticks) => Self::from_ticks(ticks),
                None => None,
            },
            None => None,
        }
    }

    /// The time of a system clock, moved to the nearest end where it lies outside the range.
    pub const fn from_unix(seconds: i64, nanoseconds: u32) -> Self {
        let whole = Self::EPOCH.plus_seconds(seconds).0;
        let ticks = whole + (nanoseconds / 100) as i64;
        if ticks > Self::MAX_TICKS { Self(Self::MAX_TICKS) } else { Self(ticks) }
    }

    /// Ticks of 100 ns since 0001-01-01T00:00:00Z.
    pub const fn ticks(self) -> i64 {
        self.0
    }

    /// Whole seconds since 1970, rounded down.
    pub const fn unix_seconds(self) -> i64 {
        self.0 / Self::TICKS_PER_SECOND - Self::UNIX_EPOCH_SECONDS
    }

    /// Moves by whole seconds, staying inside the range.
    #[must_use]
    pub const fn plus_seconds(self, seconds: i64) -> Self {
        let ticks = self.0.saturating_add(seconds.saturating_mul(Self::TICKS_PER_SECOND));
        if ticks < 0 {
            Self(0)
        } else if ticks > Self::MAX_TICKS {
            Self(Self::MAX_TICKS)
        } else {
            Self(ticks)
        }
    }

    /// The smallest later point in time.
    #[must_use]
    pub const fn next(self) -> Self {
        if self.0 < Self::MAX_TICKS { Self(self.0 + 1) } else { self }
    }

    /// Equal when both are cut to microseconds, the precision that some clients keep.
    pub const fn same_microsecond(self, other: Self) -> bool {
        self.0 / 10 == other.0 / 10
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unix_seconds_round_trip() {
        for seconds in [-62_135_596_800, -1, 0, 1_700_000_000, 253_402_300_799] {
            assert_eq!(Timestamp::from_unix_seconds(seconds).unwrap().unix_seconds(), seconds);
        }
        let seconds = Timestamp::from_unix_seconds(1_700_000_000).unwrap();
        assert_eq!(Timestamp::from_unix(1_700_000_000, 199).ticks(), seconds.ticks() + 1);
        assert_eq!(Timestamp::from_unix(i64::MAX, 0).ticks(), Timestamp::MAX_TICKS);
        assert_eq!(Timestamp::from_unix_seconds(253_402_300_800), None);
        assert_eq!(Timestamp::from_unix_seconds(-62_135_596_801), None);
        assert_eq!(Timestamp::from_unix_seconds(i64::MAX), None);
    }

    #[test]
    fn microseconds_are_compared_after_cutting() {
        let at = |ticks| Timestamp::from_ticks(ticks).unwrap();
        assert!(at(119).same_microsecond(at(110)));
        assert!(!at(119).same_microsecond(at(120)));
    }
}
