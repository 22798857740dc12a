use std::fmt;
use std::str::FromStr;

use rust_decimal::Decimal;

use super::reader::{Reader, TemporalError};
use super::{TICKS_PER_DAY, TICKS_PER_SECOND};

/// A time of day at 100 ns, from 00:00:00 to 23:59:59.9999999 (rule `timeOfDayValue` of the OData
/// 4.01 ABNF; a fraction of up to 12 digits is cut to 100 ns).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TimeOfDay(i64);

impl TimeOfDay {
    /// The beginning of the day.
    pub const MIDNIGHT: Self = Self(0);

    /// The time that many ticks of 100 ns after midnight; `None` beyond the day.
    pub const fn from_ticks(ticks: i64) -> Option<Self> {
        if ticks >= 0 && ticks < TICKS_PER_DAY { Some(Self(ticks)) } else { None }
    }

    /// Ticks of 100 ns since midnight.
    pub const fn ticks(self) -> i64 {
        self.0
    }

    /// The hour, 0 to 23.
    pub const fn hour(self) -> i64 {
        self.0 / TICKS_PER_SECOND / 3600
    }

    /// The minute, 0 to 59.
    pub const fn minute(self) -> i64 {
        self.0 / TICKS_PER_SECOND / 60 % 60
    }

    /// The second, 0 to 59.
    pub const fn second(self) -> i64 {
        self.0 / TICKS_PER_SECOND % 60
    }

    /// The part below a second, with seven decimal places.
    pub fn fractional_seconds(self) -> Decimal {
        Decimal::new(self.0 % TICKS_PER_SECOND, 7)
    }
}

impl fmt::Display for TimeOfDay {
    /// With seconds, and a fraction only where there is one.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}:{:02}", self.hour(), self.minute(), self.second())?;
        match self.0 % TICKS_PER_SECOND {
            0 => Ok(()),
            ticks => write!(f, ".{}", format!("{ticks:07}").trim_end_matches('0')),
        }
    }
}

impl FromStr for TimeOfDay {
    type Err = TemporalError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut reader = Reader::new(text, "23:59:59.9999999");
        let ticks = reader.time_of_day()?;
        reader.end()?;
        Ok(Self(ticks))
    }
}
