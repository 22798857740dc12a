use std::ops::Range;

use model::Timestamp;

use crate::moment::Moment;

/// How far back incidents are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Period {
    Week,
    Month,
    Quarter,
    Year,
}

const DAY: i64 = 86_400;

impl Period {
    pub(super) const ALL: [Self; 4] = [Self::Week, Self::Month, Self::Quarter, Self::Year];

    /// The one that is asked for by its days.
    pub(super) fn named(days: &str) -> Self {
        let found = Self::ALL.into_iter().find(|period| period.days().to_string() == days);
        found.unwrap_or(Self::Month)
    }

    pub(super) const fn days(self) -> i64 {
        match self {
            Self::Week => 7,
            Self::Month => 30,
            Self::Quarter => 90,
            // 52 weeks.
            Self::Year => 364,
        }
    }

    /// Days that a bar stands for.
    const fn step(self) -> i64 {
        match self {
            Self::Week | Self::Month => 1,
            Self::Quarter => 3,
            Self::Year => 7,
        }
    }

    /// Seconds that a bar stands for.
    pub(super) fn seconds(self) -> u32 {
        u32::try_from(self.step() * DAY).unwrap_or(u32::MAX)
    }

    /// Whole days of UTC, of which today is the last.
    pub(super) fn range(self, now: Timestamp) -> Range<Timestamp> {
        let end = (now.unix_seconds().div_euclid(DAY) + 1) * DAY;
        Timestamp::from_unix(end - self.days() * DAY, 0)..Timestamp::from_unix(end, 0)
    }

    /// The first day of each bar.
    pub(super) fn labels(self, now: Timestamp) -> Vec<String> {
        let start = self.range(now).start;
        let bars = self.days() / self.step();
        let day = |bar| {
            let at = start.plus_seconds(bar * self.step() * DAY);
            Moment::new(at, at).exact.chars().take(10).collect()
        };
        (0..bars).map(day).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn today_is_the_last_day() {
        // 2026-01-02T03:04:05Z
        let now = Timestamp::from_unix(1_767_323_045, 0);
        for (days, first, last, bars) in [
            ("7", "2025-12-27", "2026-01-02", 7),
            ("30", "2025-12-04", "2026-01-02", 30),
            ("90", "2025-10-05", "2025-12-31", 30),
            ("364", "2025-01-04", "2025-12-27", 52),
            ("x", "2025-12-04", "2026-01-02", 30),
        ] {
            let period = Period::named(days);
            let labels = period.labels(now);
            assert_eq!((labels[0].as_str(), labels.last().unwrap().as_str()), (first, last));
            assert_eq!(labels.len(), bars);
            assert!(period.range(now).contains(&now));
        }
    }
}
