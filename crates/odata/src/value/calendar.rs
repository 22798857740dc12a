//! The proleptic Gregorian calendar, counted in days since 0001-01-01.

const DAYS_PER_400_YEARS: i64 = 146_097;
const DAYS_BEFORE_MONTH: [i64; 12] = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];

/// Days from 0001-01-01 to a date; negative before it.
pub(super) fn days_of(year: i64, month: i64, day: i64) -> i64 {
    days_before_year(year) + days_before(year, month) + day - 1
}

/// How many days a month has; 0 for a month that does not exist.
pub(super) const fn days_in_month(year: i64, month: i64) -> i64 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    }
}

/// The year in which the day lies that is `days` after 0001-01-01.
pub(super) const fn year_of(days: i64) -> i64 {
    let cycle = days.div_euclid(DAYS_PER_400_YEARS);
    let day = days.rem_euclid(DAYS_PER_400_YEARS);
    // The last day of a leap year would count as a year of its own.
    let leap_days = (day / 1460) - (day / 36_524) + (day / 146_096);
    cycle * 400 + (day - leap_days) / 365 + 1
}

/// Month and day of the day that is `days` after 0001-01-01.
pub(super) const fn month_and_day_of(days: i64) -> (i64, i64) {
    let year = year_of(days);
    let mut left = days - days_before_year(year);
    let mut month = 1;
    while left >= days_in_month(year, month) {
        left -= days_in_month(year, month);
        month += 1;
    }
    (month, left + 1)
}

const fn days_before_year(year: i64) -> i64 {
    let past = year - 1;
    past * 365 + past.div_euclid(4) - past.div_euclid(100) + past.div_euclid(400)
}

fn days_before(year: i64, month: i64) -> i64 {
    let before = usize::try_from(month - 1).ok().and_then(|month| DAYS_BEFORE_MONTH.get(month));
    before.copied().unwrap_or_default() + i64::from(month > 2 && is_leap(year))
}

const fn is_leap(year: i64) -> bool {
    year.rem_euclid(4) == 0 && (year.rem_euclid(100) != 0 || year.rem_euclid(400) == 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_day_of_400_years_round_trips() {
        let mut days = 0;
        for year in 1..=401 {
            for month in 1..=12 {
                for day in 1..=days_in_month(year, month) {
                    assert_eq!(days_of(year, month, day), days, "{year}-{month}-{day}");
                    assert_eq!((year_of(days), month_and_day_of(days)), (year, (month, day)));
                    days += 1;
                }
            }
        }
    }
}
