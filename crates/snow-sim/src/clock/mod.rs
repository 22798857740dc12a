//! Times: seconds since 1970 inside, `2026-01-02 03:04:05` in UTC outside, the user's zone and
//! format in display values.

mod format;

use std::fmt::Write as _;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

pub(crate) use format::{Format, display};

/// The clock of an instance: that of whoever started it, shifted or stopped.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Clock {
    shift: i64,
    frozen: Option<i64>,
}

impl Clock {
    /// One that stands.
    pub(crate) fn standing(at: i64) -> Self {
        Self { frozen: Some(at), ..Self::default() }
    }

    pub(crate) fn now(self, outside: i64) -> i64 {
        self.frozen.unwrap_or_else(|| outside.saturating_add(self.shift))
    }

    pub(crate) fn freeze(&mut self, outside: i64) {
        self.frozen = Some(self.now(outside));
    }

    pub(crate) fn run(&mut self, outside: i64) {
        self.shift = self.now(outside).saturating_sub(outside);
        self.frozen = None;
    }

    pub(crate) fn set(&mut self, outside: i64, to: i64) {
        let to = to.clamp(YEAR_0, YEAR_10_000 - 1);
        self.shift = to.saturating_sub(outside);
        self.frozen = self.frozen.map(|_| to);
    }

    /// What the clock shows when it has jumped; `None` beyond the years of four digits.
    pub(crate) fn after(self, outside: i64, by: i64) -> Option<i64> {
        let to = self.now(outside).checked_add(by);
        to.filter(|to| (YEAR_0..YEAR_10_000).contains(to))
    }

    pub(crate) fn jump(&mut self, outside: i64, by: i64) {
        self.set(outside, self.now(outside).saturating_add(by));
    }
}

/// No clock goes further: times are written with four digits for the year.
const YEAR_0: i64 = -62_167_219_200;
const YEAR_10_000: i64 = 253_402_300_800;

/// `2026-01-02 03:04:05`.
pub(crate) fn text(at: i64) -> String {
    let mut out = String::with_capacity(19);
    write(&mut out, at);
    out
}

pub(crate) fn write(out: &mut String, at: i64) {
    let Civil { year, month, day, hour, minute, second } = Civil::of(at);
    digits(out, year, 4);
    for (before, number) in [('-', month), ('-', day), (' ', hour), (':', minute), (':', second)] {
        out.push(before);
        digits(out, number, 2);
    }
}

/// A number with at least so many digits.
pub(crate) fn digits(out: &mut String, number: i64, width: u32) {
    if !(0..10_i64.pow(width)).contains(&number) {
        write!(out, "{number}").ok();
        return;
    }
    for place in (0..width).rev() {
        let digit = u8::try_from(number / 10_i64.pow(place) % 10).unwrap_or(0);
        out.push(char::from(b'0' + digit));
    }
}

/// Reads `2026-01-02 03:04:05`, or a date alone as its first second.
pub(crate) fn parse(text: &str) -> Option<i64> {
    let (date, time) = text.trim().split_once([' ', 'T']).unwrap_or((text.trim(), "00:00:00"));
    let numbers = |text: &str, by: char, first: usize| -> Option<[i64; 3]> {
        let digits = |(at, part): (usize, &str)| {
            let sound = part.len() == if at == 0 { first } else { 2 };
            sound.then(|| part.parse::<u16>().ok().map(i64::from)).flatten()
        };
        let parts: Option<Vec<i64>> = text.split(by).enumerate().map(digits).collect();
        parts?.try_into().ok()
    };
    let ([year, month, day], [hour, minute, second]) =
        (numbers(date, '-', 4)?, numbers(time.trim_end_matches('Z'), ':', 2)?);
    Civil { year, month, day, hour, minute, second }.seconds()
}

/// As the header `Date` has it.
pub(crate) fn http(at: i64) -> String {
    let civil: DateTime = text(at).parse().unwrap_or_default();
    civil.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

/// The instant that a person in `zone` calls so.
pub(crate) fn in_zone(text: &str, zone: &TimeZone) -> Option<i64> {
    Some(instant(parse(text)?, zone))
}

/// When the clocks of `zone` show what those of UTC show at `shown`.
fn instant(shown: i64, zone: &TimeZone) -> i64 {
    let civil = text(shown).parse::<DateTime>().ok();
    let stamp = civil.and_then(|civil| zone.to_timestamp(civil).ok());
    stamp.map_or_else(|| shown - offset(shown, zone), Timestamp::as_second)
}

/// Seconds that the clocks of `zone` are ahead of UTC. The library's range ends a day before the
/// years of four digits do.
fn offset(at: i64, zone: &TimeZone) -> i64 {
    let (least, most) = (Timestamp::MIN.as_second(), Timestamp::MAX.as_second());
    let stamp = Timestamp::from_second(at.clamp(least, most)).unwrap_or_default();
    i64::from(zone.to_offset(stamp).seconds())
}

/// A time as calendars write it.
#[derive(Debug, Default)]
pub(crate) struct Civil {
    pub(crate) year: i64,
    pub(crate) month: i64,
    day: i64,
    pub(crate) hour: i64,
    minute: i64,
    second: i64,
}

impl Civil {
    /// As the clocks of `zone` show it.
    pub(crate) fn local(at: i64, zone: &TimeZone) -> Self {
        Self::of(at.saturating_add(offset(at, zone)))
    }

    /// Seconds since 1970 as UTC counts them, if such a day and time are.
    fn seconds(&self) -> Option<i64> {
        let Self { year, month, day, hour, minute, second } = *self;
        let sound =
            (1..=12).contains(&month) && civil(days(year, month, day)) == (year, month, day);
        let in_day = hour < 24 && minute < 60 && second < 60;
        let at = days(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second;
        (sound && in_day).then_some(at)
    }

    /// From Sunday, which is 0.
    pub(crate) fn weekday(&self) -> i64 {
        (days(self.year, self.month, self.day) + 4).rem_euclid(7)
    }

    fn of(at: i64) -> Self {
        let (days, seconds) = (at.div_euclid(86_400), at.rem_euclid(86_400));
        let (year, month, day) = civil(days);
        let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
        Self { year, month, day, hour, minute, second }
    }
}

/// Howard Hinnant's algorithm: days since 1970 to year, month, day.
fn civil(days: i64) -> (i64, i64, i64) {
    let z = days + 719_468;
    let era = z.div_euclid(146_097);
    let doe = z.rem_euclid(146_097);
    let yoe = (doe - doe / 1460 + doe / 36_524 - doe / 146_096) / 365;
    let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    let mp = (5 * doy + 2) / 153;
    let month = if mp < 10 { mp + 3 } else { mp - 9 };
    (yoe + era * 400 + i64::from(month <= 2), month, doy - (153 * mp + 2) / 5 + 1)
}

fn days(year: i64, month: i64, day: i64) -> i64 {
    let y = year - i64::from(month <= 2);
    let (era, yoe) = (y.div_euclid(400), y.rem_euclid(400));
    let doy = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_and_instants_are_one_to_one() {
        for at in [0, 951_782_400, 1_774_747_800, 4_102_444_799, -1] {
            assert_eq!(parse(&text(at)), Some(at), "{}", text(at));
        }
        assert_eq!(text(1_774_747_800), "2026-03-29 01:30:00");
        assert_eq!(parse("2026-01-01"), parse("2026-01-01 00:00:00"));
        assert_eq!(http(1_774_747_800), "Sun, 29 Mar 2026 01:30:00 GMT");
        assert_eq!(http(YEAR_10_000 - 1), "Fri, 31 Dec 9999 23:59:59 GMT");
        for text in [
            "tomorrow",
            "24-05-03",
            "2026-1-1",
            "2026-01-01 1:00:00",
            "2026-01-01 00:00",
            "2026-02-30",
            "2025-02-29",
            "2026-01-00",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_frozen_clock_stands_until_it_is_set() {
        let mut clock = Clock::default();
        clock.freeze(100);
        assert_eq!(clock.now(500), 100);
        clock.jump(500, 3600);
        assert_eq!(clock.now(900), 3700);
        clock.run(900);
        assert_eq!(clock.now(901), 3701);
        clock.jump(901, i64::MAX);
        assert_eq!(text(clock.now(901)), "9999-12-31 23:59:59");
        clock.jump(901, i64::MIN);
        assert_eq!(text(clock.now(901)), "0000-01-01 00:00:00");
    }
}
