use std::fmt;
use std::str::FromStr;

use rust_decimal::Decimal;

use super::calendar::{days_in_month, days_of, month_and_day_of, year_of};

/// A point in time in UTC at 100 ns, from 0001-01-01T00:00:00Z to 9999-12-31T23:59:59.9999999Z.
///
/// Ordered by time. Held as ticks of 100 ns since 0001-01-01T00:00:00Z, so never negative.
///
/// Read by the rule `dateTimeOffsetValue` of the OData 4.01 ABNF: seconds are optional, a fraction
/// has 1 to 12 digits and is cut to 100 ns, the offset is turned into UTC. Written with `Z` and up
/// to seven fraction digits, without trailing zeros.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DateTimeOffset(i64);

/// Why a text is not a [`DateTimeOffset`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DateTimeOffsetError {
    /// Not of the form `2020-12-31T23:59:59.9999999Z`.
    #[error("it is not of the form 2020-12-31T23:59:59.9999999Z")]
    Form,
    /// A day, an hour or another part that no calendar or clock has; leap seconds are refused too.
    #[error("its {0} does not exist")]
    Part(&'static str),
    /// Before the year 1 or after the year 9999, seen from UTC.
    #[error("it is not between the years 0001 and 9999")]
    Range,
}

const TICKS_PER_SECOND: i64 = 10_000_000;
const SECONDS_PER_DAY: i64 = 86_400;

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

    const fn days(self) -> i64 {
        self.0 / TICKS_PER_SECOND / SECONDS_PER_DAY
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
    type Err = DateTimeOffsetError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut reader = Reader { rest: text.as_bytes() };
        let days = reader.date()?;
        reader.expect(b'T')?;
        let ticks = reader.time_of_day()?;
        let offset = reader.offset()?;
        if !reader.rest.is_empty() {
            return Err(DateTimeOffsetError::Form);
        }
        let day_ticks =
            days.ok_or(DateTimeOffsetError::Range)? * SECONDS_PER_DAY * TICKS_PER_SECOND;
        Self::from_ticks(day_ticks + ticks - offset * 60 * TICKS_PER_SECOND)
            .ok_or(DateTimeOffsetError::Range)
    }
}

struct Reader<'t> {
    rest: &'t [u8],
}

impl Reader<'_> {
    /// Days since 0001-01-01; `None` for a date far outside the range.
    fn date(&mut self) -> Result<Option<i64>, DateTimeOffsetError> {
        let negative = self.take(b'-');
        let (year, width) = self.number(18)?;
        if width < 4 || (width > 4 && year < 10_i64.pow(u32::from(width) - 1)) {
            return Err(DateTimeOffsetError::Form);
        }
        self.expect(b'-')?;
        let month = self.two("month")?;
        self.expect(b'-')?;
        let day = self.two("day")?;
        if !(1..=12).contains(&month) {
            return Err(DateTimeOffsetError::Part("month"));
        }
        let year = if negative { -year } else { year };
        if day < 1 || day > days_in_month(year, month) {
            return Err(DateTimeOffsetError::Part("day"));
        }
        // A day beyond either end may be brought back by the offset.
        Ok((0..=10_000).contains(&year).then(|| days_of(year, month, day)))
    }

    fn time_of_day(&mut self) -> Result<i64, DateTimeOffsetError> {
        let hour = self.two("hour")?;
        self.expect(b':')?;
        let minute = self.two("minute")?;
        let (mut second, mut fraction) = (0, 0);
        if self.take(b':') {
            second = self.two("second")?;
            if self.take(b'.') {
                fraction = self.fraction()?;
            }
        }
        in_range(hour, 23, "hour")?;
        in_range(minute, 59, "minute")?;
        in_range(second, 59, "second")?;
        Ok((hour * 3600 + minute * 60 + second) * TICKS_PER_SECOND + fraction)
    }

    fn fraction(&mut self) -> Result<i64, DateTimeOffsetError> {
        let (value, width) = self.number(12)?;
        match width {
            0 => Err(DateTimeOffsetError::Form),
            1..=7 => Ok(value * 10_i64.pow(7 - u32::from(width))),
            _ => Ok(value / 10_i64.pow(u32::from(width) - 7)),
        }
    }

    /// Minutes east of UTC.
    fn offset(&mut self) -> Result<i64, DateTimeOffsetError> {
        if self.take(b'Z') || self.take(b'z') {
            return Ok(0);
        }
        let negative = self.take(b'-');
        if !negative {
            self.expect(b'+')?;
        }
        let hour = self.two("offset")?;
        self.expect(b':')?;
        let minute = self.two("offset")?;
        in_range(hour, 23, "offset")?;
        in_range(minute, 59, "offset")?;
        let minutes = hour * 60 + minute;
        Ok(if negative { -minutes } else { minutes })
    }

    fn two(&mut self, part: &'static str) -> Result<i64, DateTimeOffsetError> {
        match self.number(2)? {
            (value, 2) => Ok(value),
            (_, 1) => Err(DateTimeOffsetError::Part(part)),
            _ => Err(DateTimeOffsetError::Form),
        }
    }

    /// The number that the next digits spell, up to `most` of them, and how many there were.
    fn number(&mut self, most: u8) -> Result<(i64, u8), DateTimeOffsetError> {
        let (mut value, mut width) = (0, 0);
        while let Some((digit @ b'0'..=b'9', rest)) = self.rest.split_first() {
            if width == most {
                return if most == 2 { Ok((value, width)) } else { Err(DateTimeOffsetError::Form) };
            }
            value = value * 10 + i64::from(digit - b'0');
            width += 1;
            self.rest = rest;
        }
        Ok((value, width))
    }

    fn expect(&mut self, byte: u8) -> Result<(), DateTimeOffsetError> {
        if self.take(byte) { Ok(()) } else { Err(DateTimeOffsetError::Form) }
    }

    fn take(&mut self, byte: u8) -> bool {
        match self.rest.split_first() {
            Some((first, rest)) if *first == byte || (byte == b'T' && *first == b't') => {
                self.rest = rest;
                true
            }
            _ => false,
        }
    }
}

fn in_range(value: i64, most: i64, part: &'static str) -> Result<(), DateTimeOffsetError> {
    if value <= most { Ok(()) } else { Err(DateTimeOffsetError::Part(part)) }
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
        use DateTimeOffsetError::{Form, Part, Range};
        for (text, error) in [
            ("", Form),
            ("2020-01-01", Form),
            ("2020-01-01T00:00:00", Form),
            ("2020-01-01 00:00:00Z", Form),
            ("2020-01-01T00:00:00.Z", Form),
            ("2020-01-01T00:00:00.1234567890123Z", Form),
            ("2020-01-01T00:00:00Z ", Form),
            ("20200-1-01T00:00:00Z", Part("month")),
            ("020-01-01T00:00:00Z", Form),
            ("02020-01-01T00:00:00Z", Form),
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
