use std::fmt;
use std::str::FromStr;

use super::reader::{Reader, TemporalError};
use super::{DateTimeOffset, SECONDS_PER_DAY, TICKS_PER_DAY, TICKS_PER_SECOND};

/// A signed duration of days, hours, minutes and seconds at 100 ns (rule `durationValue` of the
/// OData 4.01 ABNF; a longer fraction is cut). As long as the range of [`DateTimeOffset`] at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Duration(i64);

impl Duration {
    /// Ticks of the longest duration, in either direction.
    pub const MAX_TICKS: i64 = DateTimeOffset::MAX_TICKS;

    /// The duration of that many ticks of 100 ns; `None` if it is too long.
    pub const fn from_ticks(ticks: i64) -> Option<Self> {
        if ticks >= -Self::MAX_TICKS && ticks <= Self::MAX_TICKS { Some(Self(ticks)) } else { None }
    }

    /// As long in the other direction.
    pub const fn negated(self) -> Option<Self> {
        Self::from_ticks(-self.0)
    }

    /// Ticks of 100 ns.
    pub const fn ticks(self) -> i64 {
        self.0
    }
}

impl fmt::Display for Duration {
    /// Parts that are zero are left out; nothing at all is `PT0S`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ticks = self.0.unsigned_abs();
        let (second, day) = (TICKS_PER_SECOND.unsigned_abs(), SECONDS_PER_DAY.unsigned_abs());
        let (seconds, fraction) = (ticks / second, ticks % second);
        if self.0 < 0 {
            f.write_str("-")?;
        }
        f.write_str("P")?;
        if seconds >= day {
            write!(f, "{}D", seconds / day)?;
        }
        if ticks > 0 && ticks.is_multiple_of(day * second) {
            return Ok(());
        }
        f.write_str("T")?;
        for (value, unit) in [(seconds % day / 3600, "H"), (seconds / 60 % 60, "M")] {
            if value > 0 {
                write!(f, "{value}{unit}")?;
            }
        }
        match (seconds % 60, fraction) {
            (0, 0) if ticks > 0 => Ok(()),
            (whole, 0) => write!(f, "{whole}S"),
            (whole, fraction) => {
                write!(f, "{whole}.{}S", format!("{fraction:07}").trim_end_matches('0'))
            }
        }
    }
}

impl FromStr for Duration {
    type Err = TemporalError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut reader = Reader::new(text, "P1DT23H59M59.9999999S");
        let negative = reader.take(b'-');
        if !negative {
            reader.take(b'+');
        }
        let ticks = reader.duration()?;
        reader.end()?;
        Self::from_ticks(if negative { -ticks } else { ticks }).ok_or(TemporalError::Range)
    }
}

impl Reader<'_> {
    /// Ticks of what follows the sign: `P`, days, and behind a `T` hours, minutes and seconds, each
    /// once, in this order, and at least one.
    fn duration(&mut self) -> Result<i64, TemporalError> {
        self.expect(b'P')?;
        let mut total = 0_i64;
        let mut last = 0;
        let mut add = |value: i64, unit: i64| {
            let part = value.checked_mul(unit).ok_or(TemporalError::Range)?;
            total = total.checked_add(part).ok_or(TemporalError::Range)?;
            Ok::<_, TemporalError>(())
        };
        if let (days, 1..) = self.number(12)? {
            self.expect(b'D')?;
            add(days, TICKS_PER_DAY)?;
            last = 1;
        }
        if !self.take(b'T') {
            return if last == 0 { Err(self.bad_form()) } else { Ok(total) };
        }
        last = 1;
        while let (value, 1..) = self.number(12)? {
            let (rank, unit) = match () {
                () if self.take(b'H') => (2, 3600 * TICKS_PER_SECOND),
                () if self.take(b'M') => (3, 60 * TICKS_PER_SECOND),
                () if self.take(b'S') => (4, TICKS_PER_SECOND),
                () if self.take(b'.') => {
                    add(self.fraction()?, 1)?;
                    self.expect(b'S')?;
                    (4, TICKS_PER_SECOND)
                }
                () => return Err(self.bad_form()),
            };
            if rank <= last {
                return Err(self.bad_form());
            }
            add(value, unit)?;
            last = rank;
        }
        if last == 1 { Err(self.bad_form()) } else { Ok(total) }
    }
}
