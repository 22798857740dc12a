use super::TICKS_PER_SECOND;
use super::calendar::{days_in_month, days_of};

/// Why a text is no date, time or duration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TemporalError {
    /// Not of the form of this example.
    #[error("it is not of the form {0}")]
    Form(&'static str),
    /// A day, an hour or another part that no calendar or clock has; leap seconds are refused too.
    #[error("its {0} does not exist")]
    Part(&'static str),
    /// Before the year 1 or after the year 9999, seen from UTC; a duration longer than that.
    #[error("it is not between the years 0001 and 9999")]
    Range,
}

/// Reads dates, times and durations from left to right.
pub(super) struct Reader<'t> {
    rest: &'t [u8],
    /// What a text should look like.
    form: &'static str,
}

impl<'t> Reader<'t> {
    pub(super) const fn new(text: &'t str, form: &'static str) -> Self {
        Self { rest: text.as_bytes(), form }
    }

    /// Nothing may be left.
    pub(super) fn end(&self) -> Result<(), TemporalError> {
        if self.rest.is_empty() { Ok(()) } else { Err(self.bad_form()) }
    }

    pub(super) const fn bad_form(&self) -> TemporalError {
        TemporalError::Form(self.form)
    }

    /// Days since 0001-01-01; `None` for a date far outside the range.
    pub(super) fn date(&mut self) -> Result<Option<i64>, TemporalError> {
        let negative = self.take(b'-');
        let (year, width) = self.number(18)?;
        if width < 4 || (width > 4 && year < 10_i64.pow(u32::from(width) - 1)) {
            return Err(self.bad_form());
        }
        self.expect(b'-')?;
        let month = self.two("month")?;
        self.expect(b'-')?;
        let day = self.two("day")?;
        if !(1..=12).contains(&month) {
            return Err(TemporalError::Part("month"));
        }
        let year = if negative { -year } else { year };
        if day < 1 || day > days_in_month(year, month) {
            return Err(TemporalError::Part("day"));
        }
        // A day beyond either end may be brought back by the offset.
        Ok((0..=10_000).contains(&year).then(|| days_of(year, month, day)))
    }

    pub(super) fn time_of_day(&mut self) -> Result<i64, TemporalError> {
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

    pub(super) fn fraction(&mut self) -> Result<i64, TemporalError> {
        let (value, width) = self.number(12)?;
        match width {
            0 => Err(self.bad_form()),
            1..=7 => Ok(value * 10_i64.pow(7 - u32::from(width))),
            _ => Ok(value / 10_i64.pow(u32::from(width) - 7)),
        }
    }

    /// Minutes east of UTC.
    pub(super) fn offset(&mut self) -> Result<i64, TemporalError> {
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

    fn two(&mut self, part: &'static str) -> Result<i64, TemporalError> {
        match self.number(2)? {
            (value, 2) => Ok(value),
            (_, 1) => Err(TemporalError::Part(part)),
            _ => Err(self.bad_form()),
        }
    }

    /// The number that the next digits spell, up to `most` of them, and how many there were.
    pub(super) fn number(&mut self, most: u8) -> Result<(i64, u8), TemporalError> {
        let (mut value, mut width) = (0, 0);
        while let Some((digit @ b'0'..=b'9', rest)) = self.rest.split_first() {
            if width == most {
                return if most == 2 { Ok((value, width)) } else { Err(self.bad_form()) };
            }
            value = value * 10 + i64::from(digit - b'0');
            width += 1;
            self.rest = rest;
        }
        Ok((value, width))
    }

    pub(super) fn expect(&mut self, byte: u8) -> Result<(), TemporalError> {
        if self.take(byte) { Ok(()) } else { Err(self.bad_form()) }
    }

    pub(super) fn take(&mut self, byte: u8) -> bool {
        match self.rest.split_first() {
            Some((first, rest)) if *first == byte || (byte == b'T' && *first == b't') => {
                self.rest = rest;
                true
            }
            _ => false,
        }
    }
}

fn in_range(value: i64, most: i64, part: &'static str) -> Result<(), TemporalError> {
    if value <= most { Ok(()) } else { Err(TemporalError::Part(part)) }
}
