use std::fmt;
use std::str::FromStr;

use rust_decimal::Decimal;

use super::calendar::{month_and_day_of, year_of};
use super::reader::{Reader, TemporalError};
use super::{Date, SECONDS_PER_DAY, TICKS_PER_DAY, TICKS_PER_SECOND, TimeOfDay};

/// A point in time in UTC at 100 ns, from 0001-01-01T00:00:00Z to 9999-12-31T23:59:59.9999999Z.
///
/// Ordered by time. Held as ticks of 100 ns since 0001-01-01T00:00:00Z, so never negative.
///
/// Read by the rule `dateTimeOffsetValue` of the OData 4.01 ABNF: seconds are optional, a fraction
/// has 1 to 12 digits and is cut to 100 ns, the offset is turned into UTC. Written with `Z` and up
/// to seven fraction digits, without trailing zeros.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DateTimeOffset(i64);

const TICKS_PER_MINUTE: i64 = 60 * TICKS_PER_SECOND;

impl DateTimeOffset {
    /// Ticks of the last point in time that can be held.
    pub const MAX_TICKS: i64 = 3_155_378_975_999_999_999;

    /// The earliest point in time, what `mindatetime()` stands for.
    pub const MIN: Self = Self(0);

    /// The latest point in time, what `maxdatetime()` stands for.
    pub const MAX: Self = Self(Self::MAX_TICKS);

    /// Makes a point in time of ticks since 0001-01-01T00:00:00Z; `None` outside the range.
    pub const fn from_ticks(ticks: i64) -> Option<Self> {
        if ticks >= 0 && ticks <= Self::MAX_TICKS { Some(Self(ticks)) } else { None }
    }

    /// Ticks of 100 ns since 0001-01-01T00:00:00Z.
    pub const fn ticks(self) -> i64 {
        self.0
    }

    /// The year, 1 to 9999.
    pub const fn year(self) -> i64 {
        year_of(self.days())
    }

    /// The month, 1 to 12.
    pub const fn month(self) -> i64 {
        month_and_day_of(self.days()).0
    }

    /// The day of the month, 1 to 31.
    pub const fn day(self) -> i64 {
        month_and_day_of(self.days()).1
    }

    /// The hour, 0 to 23.
    pub const fn hour(self) -> i64 {
        self.second_of_day() / 3600
    }

    /// The minute, 0 to 59.
    pub const fn minute(self) -> i64 {
        self.second_of_day() / 60 % 60
    }

    /// The second, 0 to 59.
    pub const fn second(self) -> i64 {
        self.second_of_day() % 60
    }

    /// The part below a second, at least 0 and less than 1, with seven decimal places.
    pub fn fractional_seconds(self) -> Decimal {
        Decimal::new(self.0 % TICKS_PER_SECOND, 7)
    }

    /// The day in UTC.
    pub fn date(self) -> Date {
        Date::from_days(self.days()).unwrap_or(Date::MIN)
    }

    /// The time of that day.
    pub fn time_of_day(self) -> TimeOfDay {
        TimeOfDay::from_ticks(self.0 % TICKS_PER_DAY).unwrap_or(TimeOfDay::MIDNIGHT)
    }

    const fn days(self) -> i64 {
        self.0 / TICKS_PER_DAY
    }

    const fn second_of_day(self) -> i64 {
        self.0 / TICKS_PER_SECOND % SECONDS_PER_DAY
    }
}

impl fmt::Display for DateTimeOffset {
    /// Fills one buffer from its end: most answers hold several of these.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (month, day) = month_and_day_of(self.days());
        let parts = [
            (4, self.year(), b'-'),
            (2, month, b'-'),
            (2, day, b'T'),
            (2, self.hour(), b':'),
            (2, self.minute(), b':'),
            (2, self.second(), b'.'),
            (7, self.0 % TICKS_PER_SECOND, b'Z'),
        ];
        let mut text = [0; 28];
        let mut places = text.iter_mut().rev();
        for (width, mut value, end) in parts.into_iter().rev() {
            places.by_ref().take(1).for_each(|place| *place = end);
            for place in places.by_ref().take(width) {
                *place = b'0' + u8::try_from(value % 10).unwrap_or_default();
                value /= 10;
            }
        }
        let text = str::from_utf8(&text).unwrap_or_default();
        let (whole, fraction) = text.split_at_checked(19).unwrap_or_default();
        f.write_str(whole)?;
        f.write_str(fraction.trim_end_matches(['Z', '0', '.']))?;
        f.write_str("Z")
    }
}

impl FromStr for DateTimeOffset {
    type Err = TemporalError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::with_offset(text).map(|(at, _)| at)
    }
}

impl DateTimeOffset {
    /// Reads a point in time, and by how many minutes the clock that it is written by is ahead of
    /// UTC.
    pub fn with_offset(text: &str) -> Result<(Self, i16), TemporalError> {
        let mut reader = Reader::new(text, "2020-12-31T23:59:59.9999999Z");
        let days = reader.date()?;
        reader.expect(b'T')?;
        let ticks = reader.time_of_day()?;
        let offset = reader.offset()?;
        reader.end()?;
        let day_ticks = days.ok_or(TemporalError::Range)? * TICKS_PER_DAY;
        let at = Self::from_ticks(day_ticks + ticks - offset * TICKS_PER_MINUTE);
        Ok((at.ok_or(TemporalError::Range)?, i16::try_from(offset).unwrap_or_default()))
    }

    /// What a clock shows that is ahead of UTC by this many minutes; `None` beyond the calendar.
    pub fn shown_by(self, offset: i16) -> Option<Self> {
        Self::from_ticks(self.0 + i64::from(offset) * TICKS_PER_MINUTE)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn texts_are_read_to_utc_and_written_short() {
        for (text, expect) in [
            ("2020-02-29T12:30:45.1234567Z", "2020-02-29T12:30:45.1234567Z"),
            ("2020-02-29T12:30:45.1200000Z", "2020-02-29T12:30:45.12Z"),
            ("2020-02-29T12:30:45.000Z", "2020-02-29T12:30:45Z"),
            ("2020-02-29T12:30Z", "2020-02-29T12:30:00Z"),
            ("2020-02-29t12:30z", "2020-02-29T12:30:00Z"),
            ("2020-02-29T12:30:45.123456789012Z", "2020-02-29T12:30:45.1234567Z"),
            ("2020-03-01T01:30:00+02:00", "2020-02-29T23:30:00Z"),
            ("2020-12-31T20:30:00-08:00", "2021-01-01T04:30:00Z"),
            ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"),
            ("0000-12-31T23:00:00-01:00", "0001-01-01T00:00:00Z"),
            ("10000-01-01T00:59:00+01:00", "9999-12-31T23:59:00Z"),
            ("9999-12-31T23:59:59.9999999Z", "9999-12-31T23:59:59.9999999Z"),
        ] {
            let read: DateTimeOffset = text.parse().unwrap();
            assert_eq!(read.to_string(), expect, "{text}");
        }
    }

    #[test]
    fn what_does_not_exist_is_refused() {
        use TemporalError::{Part, Range};
        const FORM: TemporalError = TemporalError::Form("2020-12-31T23:59:59.9999999Z");
        for (text, error) in [
            ("", FORM),
            ("2020-01-01", FORM),
            ("2020-01-01T00:00:00", FORM),
            ("2020-01-01 00:00:00Z", FORM),
            ("2020-01-01T00:00:00.Z", FORM),
            ("2020-01-01T00:00:00.1234567890123Z", FORM),
            ("2020-01-01T00:00:00Z ", FORM),
            ("20200-1-01T00:00:00Z", Part("month")),
            ("020-01-01T00:00:00Z", FORM),
            ("02020-01-01T00:00:00Z", FORM),
            ("2020-13-01T00:00:00Z", Part("month")),
            ("2021-02-29T00:00:00Z", Part("day")),
            ("1900-02-29T00:00:00Z", Part("day")),
            ("2020-01-00T00:00:00Z", Part("day")),
            ("2020-01-01T24:00:00Z", Part("hour")),
            ("2020-01-01T00:60:00Z", Part("minute")),
            ("2016-12-31T23:59:60Z", Part("second")),
            ("2020-01-01T00:00:00+24:00", Part("offset")),
            ("2020-01-01T00:00:00+2:00", Part("offset")),
            ("0001-01-01T00:00:00+00:01", Range),
            ("9999-12-31T23:59:59-00:01", Range),
            ("-0001-01-01T00:00:00Z", Range),
            ("99999-01-01T00:00:00Z", Range),
        ] {
            assert_eq!(text.parse::<DateTimeOffset>(), Err(error), "{text}");
        }
    }

    #[test]
    fn parts_are_those_of_the_calendar() {
        let at: DateTimeOffset = "2019-12-31T23:58:57.0600000Z".parse().unwrap();
        assert_eq!((at.year(), at.month(), at.day()), (2019, 12, 31));
        assert_eq!((at.hour(), at.minute(), at.second()), (23, 58, 57));
        assert_eq!(at.fractional_seconds(), Decimal::new(6, 2));
    }

    proptest! {
        #[test]
        fn every_point_in_time_round_trips(ticks in 0..=DateTimeOffset::MAX_TICKS) {
            let at = DateTimeOffset::from_ticks(ticks).unwrap();
            prop_assert_eq!(at.to_string().parse(), Ok(at));
        }

        #[test]
        fn any_text_is_read_or_refused(text in "[-+0-9TZ:. ]{0,30}") {
            if let Ok(at) = text.parse::<DateTimeOffset>() {
                prop_assert!(at.ticks() <= DateTimeOffset::MAX_TICKS);
            }
        }
    }
}
