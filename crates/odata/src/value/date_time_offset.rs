/// A point in time in UTC at 100 ns, from 0001-01-01T00:00:00Z to 9999-12-31T23:59:59.9999999Z.
///
/// Ordered by time. Held as ticks of 100 ns since 0001-01-01T00:00:00Z, so never negative.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DateTimeOffset(i64);

impl DateTimeOffset {
    /// Ticks of the last point in time that can be held.
    pub const MAX_TICKS: i64 = 3_155_378_975_999_999_999;

    /// Makes a point in time of ticks since 0001-01-01T00:00:00Z; `None` outside the range.
    pub const fn from_ticks(ticks: i64) -> Option<Self> {
        if ticks >= 0 && ticks <= Self::MAX_TICKS { Some(Self(ticks)) } else { None }
    }

    /// Ticks of 100 ns since 0001-01-01T00:00:00Z.
    pub const fn ticks(self) -> i64 {
        self.0
    }
}
