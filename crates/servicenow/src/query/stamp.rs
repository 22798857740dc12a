use std::fmt;
use std::str::FromStr;
use std::time::{Duration, SystemTime};

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

/// A point in time as the instance keeps it: UTC, whole seconds, `2026-01-02 03:04:05`.
///
/// Source: ServiceNow, "Table API", parameter `sysparm_display_value`: the actual value of a date
/// is UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Stamp(Timestamp);

/// The text is no point in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a time is written 2026-01-02 03:04:05")]
pub struct StampError;

impl Stamp {
    /// `None` outside the years 1 to 9999.
    pub fn from_unix_seconds(seconds: i64) -> Option<Self> {
        Some(Self(Timestamp::from_second(seconds).ok()?)).filter(|stamp| stamp.civil().year() >= 1)
    }

    /// The second that `time` lies in; `None` outside the years 1 to 9999.
    pub fn from_system_time(time: SystemTime) -> Option<Self> {
        let seconds = match time.duration_since(SystemTime::UNIX_EPOCH) {
            Ok(after) => i64::try_from(after.as_secs()).ok()?,
            Err(before) => {
                let before = before.duration();
                let part = i64::from(before.subsec_nanos() > 0);
                -i64::try_from(before.as_secs()).ok()? - part
            }
        };
        Self::from_unix_seconds(seconds)
    }

    /// Seconds since 1970.
    pub fn unix_seconds(self) -> i64 {
        self.0.as_second()
    }

    /// Earlier by this, in whole seconds; the start of the year 1 where that is later.
    #[must_use]
    pub fn minus(self, by: Duration) -> Self {
        let by = i64::try_from(by.as_secs()).unwrap_or(i64::MAX);
        let seconds = self.unix_seconds().saturating_sub(by).max(FIRST_SECOND);
        Self::from_unix_seconds(seconds).unwrap_or(self)
    }

    fn civil(self) -> DateTime {
        TimeZone::UTC.to_datetime(self.0)
    }
}

/// 0001-01-01 00:00:00.
const FIRST_SECOND: i64 = -62_135_596_800;

impl FromStr for Stamp {
    type Err = StampError;

    fn from_str(text: &str) -> Result<Self, StampError> {
        let shaped = text.len() == FORM.len()
            && text.bytes().zip(FORM.bytes()).all(|(have, want)| match want {
                b'0' => have.is_ascii_digit(),
                other => have == other,
            });
        let civil: Option<DateTime> = shaped.then(|| text.parse().ok()).flatten();
        let stamp = civil.filter(|civil| civil.year() >= 1 && !text.ends_with(":60"));
        let stamp = stamp.and_then(|civil| TimeZone::UTC.to_timestamp(civil).ok());
        stamp.map(Self).ok_or(StampError)
    }
}

const FORM: &str = "0000-00-00 00:00:00";

impl fmt::Display for Stamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = self.civil();
        write!(f, "{:04}-{:02}-{:02}", at.year(), at.month(), at.day())?;
        write!(f, " {:02}:{:02}:{:02}", at.hour(), at.minute(), at.second())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_and_written_in_utc() {
        for (text, seconds) in [
            ("1970-01-01 00:00:00", 0),
            ("2026-03-29 01:30:00", 1_774_747_800),
            ("1969-12-31 23:59:59", -1),
            ("0001-01-01 00:00:00", FIRST_SECOND),
            ("9999-12-30 00:00:00", 253_402_128_000),
        ] {
            let stamp: Stamp = text.parse().unwrap();
            assert_eq!((stamp.unix_seconds(), stamp.to_string().as_str()), (seconds, text));
            assert_eq!(Stamp::from_unix_seconds(seconds), Some(stamp));
        }
        let before = SystemTime::UNIX_EPOCH - Duration::from_millis(1500);
        assert_eq!(Stamp::from_system_time(before).unwrap().to_string(), "1969-12-31 23:59:58");
        let stamp: Stamp = "2026-01-01 00:01:00".parse().unwrap();
        assert_eq!(stamp.minus(Duration::from_mins(2)).to_string(), "2025-12-31 23:59:00");
        assert_eq!(stamp.minus(Duration::MAX).unix_seconds(), FIRST_SECOND);
    }

    #[test]
    fn what_a_person_sees_is_no_stamp() {
        for text in [
            "",
            "29/03/2026 01:30:00",
            "2026-03-29",
            "2026-03-29T01:30:00",
            "2026-03-29 01:30:00Z",
            "2026-02-30 00:00:00",
            "2026-01-01 24:00:00",
            "2026-01-01 00:00:60",
            "0000-01-01 00:00:00",
            "٢026-01-01 00:00:0",
        ] {
            assert_eq!(text.parse::<Stamp>(), Err(StampError), "{text}");
        }
    }
}
