use std::fmt;
use std::str::FromStr;

use super::calendar::{month_and_day_of, year_of};
use super::reader::{Reader, TemporalError};
use super::{DateTimeOffset, TICKS_PER_DAY};

/// A day of the proleptic Gregorian calendar, from 0001-01-01 to 9999-12-31 (rule `dateValue` of
/// the OData 4.01 ABNF, which also has years before and after; those are refused).
///
/// Ordered by time. Held as days since 0001-01-01, so never negative.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Date(i64);

impl Date {
    /// The first day.
    pub const MIN: Self = Self(0);

    /// Days of the last day.
    pub const MAX_DAYS: i64 = DateTimeOffset::MAX_TICKS / TICKS_PER_DAY;

    /// The day that many days after 0001-01-01; `None` outside the range.
    pub const fn from_days(days: i64) -> Option<Self> {
        if days >= 0 && days <= Self::MAX_DAYS { Some(Self(days)) } else { None }
    }

    /// Days since 0001-01-01.
    pub const fn days(self) -> i64 {
        self.0
    }

    /// The year, 1 to 9999.
    pub const fn year(self) -> i64 {
        year_of(self.0)
    }

    /// The month, 1 to 12.
    pub const fn month(self) -> i64 {
        month_and_day_of(self.0).0
    }

    /// The day of the month, 1 to 31.
    pub const fn day(self) -> i64 {
        month_and_day_of(self.0).1
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year(), self.month(), self.day())
    }
}

impl FromStr for Date {
    type Err = TemporalError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut reader = Reader::new(text, "2020-12-31");
        let days = reader.date()?;
        reader.end()?;
        days.and_then(Self::from_days).ok_or(TemporalError::Range)
    }
}
