//! Times as people read and write them.

use jiff::tz::TimeZone;

use super::{Civil, digits, instant};

/// As a person in `zone` reads it; `pattern` is a Java one, such as `dd/MM/yyyy HH:mm:ss`.
pub(crate) fn display(at: i64, zone: &TimeZone, pattern: &str) -> String {
    let mut out = String::new();
    Format::new(pattern).write(&mut out, at, zone);
    out
}

/// A pattern of Java, taken apart.
#[derive(Debug)]
pub(crate) struct Format(Vec<Part>);

#[derive(Debug, Clone, Copy)]
enum Part {
    Year,
    Month,
    Day,
    Hour,
    HourOfHalf,
    Minute,
    Second,
    Half,
    Literal(char),
}

impl Format {
    pub(crate) fn new(pattern: &str) -> Self {
        let mut parts = Vec::new();
        let mut rest = pattern;
        while let Some(first) = rest.chars().next() {
            let known = PARTS.iter().find(|(letters, _)| rest.starts_with(letters));
            let (part, length) = known
                .map_or((Part::Literal(first), first.len_utf8()), |(text, part)| {
                    (*part, text.len())
                });
            parts.push(part);
            rest = rest.get(length..).unwrap_or("");
        }
        Self(parts)
    }

    /// Whether every letter of it means something, and there is one.
    pub(crate) fn is_sound(&self) -> bool {
        let plain = |part: &Part| matches!(part, Part::Literal(_));
        let letter = |part: &Part| matches!(part, Part::Literal(c) if c.is_alphabetic());
        !self.0.iter().all(plain) && !self.0.iter().any(letter)
    }

    /// The instant that a person in `zone` writes so. What the pattern leaves out is 0.
    pub(crate) fn read(&self, text: &str, zone: &TimeZone) -> Option<i64> {
        let (mut rest, mut civil, mut afternoon) = (text.trim(), Civil::default(), None);
        for part in &self.0 {
            let to = match part {
                Part::Year => &mut civil.year,
                Part::Month => &mut civil.month,
                Part::Day => &mut civil.day,
                Part::Hour | Part::HourOfHalf => &mut civil.hour,
                Part::Minute => &mut civil.minute,
                Part::Second => &mut civil.second,
                Part::Half => {
                    let (half, after) = rest.split_at_checked(2)?;
                    afternoon = Some(half.eq_ignore_ascii_case("PM"));
                    rest = after;
                    (afternoon == Some(true) || half.eq_ignore_ascii_case("AM")).then_some(())?;
                    continue;
                }
                Part::Literal(c) => {
                    rest = rest.strip_prefix(*c)?;
                    continue;
                }
            };
            let digits;
            (digits, rest) =
                rest.split_at_checked(if matches!(part, Part::Year) { 4 } else { 2 })?;
            *to = digits.parse::<u16>().ok().filter(|_| !digits.starts_with('+'))?.into();
        }
        if let Some(afternoon) = afternoon {
            (1..=12).contains(&civil.hour).then_some(())?;
            civil.hour = civil.hour % 12 + if afternoon { 12 } else { 0 };
        }
        rest.is_empty().then(|| civil.seconds()).flatten().map(|shown| instant(shown, zone))
    }

    pub(crate) fn write(&self, out: &mut String, at: i64, zone: &TimeZone) {
        let Civil { year, month, day, hour, minute, second } = Civil::local(at, zone);
        for part in &self.0 {
            match part {
                Part::Year => digits(out, year, 4),
                Part::Month => digits(out, month, 2),
                Part::Day => digits(out, day, 2),
                Part::Hour => digits(out, hour, 2),
                Part::HourOfHalf => digits(out, (hour + 11) % 12 + 1, 2),
                Part::Minute => digits(out, minute, 2),
                Part::Second => digits(out, second, 2),
                Part::Half => out.push_str(if hour < 12 { "AM" } else { "PM" }),
                Part::Literal(c) => out.push(*c),
            }
        }
    }
}

const PARTS: [(&str, Part); 8] = [
    ("yyyy", Part::Year),
    ("MM", Part::Month),
    ("dd", Part::Day),
    ("HH", Part::Hour),
    ("hh", Part::HourOfHalf),
    ("mm", Part::Minute),
    ("ss", Part::Second),
    ("a", Part::Half),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::parse;

    #[test]
    fn people_read_and_write_times_in_their_zone_and_format() {
        let zone = TimeZone::get("Europe/Berlin").unwrap();
        let check = |pattern: &str, at: &str, shown: &str| {
            let (format, at) = (Format::new(pattern), parse(at).unwrap());
            assert_eq!(display(at, &zone, pattern), shown);
            assert_eq!(format.read(shown, &zone), Some(at), "{shown}");
        };
        check("dd/MM/yyyy hh:mm:ss a", "2026-03-29 00:30:00", "29/03/2026 01:30:00 AM");
        check("dd/MM/yyyy hh:mm:ss a", "2026-03-29 01:30:00", "29/03/2026 03:30:00 AM");
        check("dd/MM/yyyy hh:mm:ss a", "2026-07-01 10:00:00", "01/07/2026 12:00:00 PM");
        check("dd.MM.yyyy HH:mm", "2026-07-01 22:05:00", "02.07.2026 00:05");
        check("yyyy-MM-dd HH:mm:ss", "9999-12-31 20:00:00", "9999-12-31 21:00:00");
        assert_eq!(
            display(parse("9999-12-31 23:59:59").unwrap(), &zone, "yyyy-MM-dd HH:mm:ss"),
            "10000-01-01 00:59:59"
        );
        let format = Format::new("dd/MM/yyyy hh:mm:ss a");
        for text in [
            "",
            "2026-03-29 01:30:00",
            "29/03/2026 13:30:00 PM",
            "29/03/2026 00:30:00 AM",
            "29/13/2026 01:30:00 AM",
            "30/02/2026 01:30:00 AM",
            "29/03/2026 01:30:00 XM",
            "29/03/2026 01:30:00 AM.",
            "+9/03/2026 01:30:00 AM",
            "29/03/2026 01:30:00 Aé",
        ] {
            assert_eq!(format.read(text, &zone), None, "{text}");
        }
    }
}
