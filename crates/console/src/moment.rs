use model::Timestamp;
use odata::value::DateTimeOffset;

/// A point in time as pages show it: exactly, and how long ago that is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Moment {
    /// For programs: RFC 3339 with `Z`.
    pub(crate) iso: String,
    /// To the second, with its zone.
    pub(crate) exact: String,
    /// In words.
    pub(crate) age: String,
}

impl Moment {
    pub(crate) fn new(at: Timestamp, now: Timestamp) -> Self {
        let whole = Timestamp::from_unix(at.unix_seconds(), 0);
        let iso = DateTimeOffset::from_ticks(whole.ticks()).map(|at| at.to_string());
        let iso = iso.unwrap_or_default();
        let exact = iso.replace('T', " ").replace('Z', " UTC");
        let seconds = now.unix_seconds() - at.unix_seconds();
        let age = if seconds < 0 { format!("in {}", span(-seconds)) } else { ago(seconds) };
        Self { iso, exact, age }
    }
}

impl Moment {
    /// The time of day alone, with its zone.
    pub(crate) fn clock(&self) -> &str {
        self.exact.get(11..).unwrap_or(&self.exact)
    }

    /// In words, of something that was so then.
    pub(crate) fn old(&self) -> String {
        match self.age.strip_suffix(" ago") {
            Some(span) => format!("{span} old"),
            None => self.age.clone(),
        }
    }
}

fn ago(seconds: i64) -> String {
    if seconds < 10 { "just now".to_owned() } else { format!("{} ago", span(seconds)) }
}

/// The largest unit that fits.
pub(crate) fn span(seconds: i64) -> String {
    let (count, unit) = match seconds {
        ..60 => (seconds, "second"),
        60..3600 => (seconds / 60, "minute"),
        3600..86_400 => (seconds / 3600, "hour"),
        86_400.. => (seconds / 86_400, "day"),
    };
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {unit}{plural}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_say_when_and_how_long_ago() {
        let at = Timestamp::from_unix(1_767_323_045, 700);
        for (seconds, age) in [
            (0, "just now"),
            (9, "just now"),
            (10, "10 seconds ago"),
            (60, "1 minute ago"),
            (7_199, "1 hour ago"),
            (172_800, "2 days ago"),
            (-61, "in 1 minute"),
        ] {
            let moment = Moment::new(at, at.plus_seconds(seconds));
            assert_eq!(moment.age, age);
            assert_eq!(moment.iso, "2026-01-02T03:04:05Z");
            assert_eq!(moment.exact, "2026-01-02 03:04:05 UTC");
            assert_eq!(moment.clock(), "03:04:05 UTC");
            assert_eq!(moment.old(), age.replace(" ago", " old"));
        }
    }
}
