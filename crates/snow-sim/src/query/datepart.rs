use std::cmp::Ordering;

use jiff::tz::TimeZone;

use super::Asker;
use crate::clock::Civil;

/// What `Monday@javascript:gs.datePart('dayofweek','monday','EE')` says of a time.
#[derive(Debug)]
pub(super) struct DatePart {
    unit: Unit,
    number: i64,
    holds: fn(Ordering) -> bool,
    zone: TimeZone,
}

#[derive(Debug, Clone, Copy)]
enum Unit {
    /// From Sunday.
    DayOfWeek,
    Month,
    Quarter,
    Year,
    Hour,
}

impl DatePart {
    pub(super) fn parse(text: &str, asker: &Asker<'_>) -> Option<Self> {
        let (_, script) = text.split_once('@')?;
        let inside = script.strip_prefix("javascript:gs.datePart(")?.strip_suffix(')')?;
        let plain = |text: &str| text.trim().trim_matches(['\'', '"']).to_owned();
        let [unit, value, side]: [String; 3] =
            inside.split(',').map(plain).collect::<Vec<_>>().try_into().ok()?;
        let (unit, number) = match unit.as_str() {
            "dayofweek" => (Unit::DayOfWeek, place(&DAYS, &value)?),
            "month" => (Unit::Month, place(&MONTHS, &value)? + 1),
            "quarter" => (Unit::Quarter, value.parse().ok()?),
            "year" => (Unit::Year, value.parse().ok()?),
            "hour" => (Unit::Hour, value.parse().ok()?),
            _ => return None,
        };
        let holds = match side.as_str() {
            "EE" => Ordering::is_eq,
            "GT" => Ordering::is_gt,
            "GE" => Ordering::is_ge,
            "LT" => Ordering::is_lt,
            "LE" => Ordering::is_le,
            _ => return None,
        };
        Some(Self { unit, number, holds, zone: asker.zone.clone() })
    }

    /// As the person's calendar and watch show the time.
    pub(super) fn holds(&self, at: i64) -> bool {
        let local = Civil::local(at, &self.zone);
        let number = match self.unit {
            Unit::DayOfWeek => local.weekday(),
            Unit::Month => local.month,
            Unit::Quarter => (local.month - 1) / 3 + 1,
            Unit::Year => local.year,
            Unit::Hour => local.hour,
        };
        (self.holds)(number.cmp(&self.number))
    }
}

const DAYS: [&str; 7] = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// Where a name stands of which the first three letters count.
fn place(names: &[&str], name: &str) -> Option<i64> {
    let name = name.to_ascii_lowercase();
    let at = names.iter().position(|start| name.starts_with(start))?;
    i64::try_from(at).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock;

    #[test]
    fn parts_are_those_of_the_persons_calendar() {
        let zone = TimeZone::get("Europe/Berlin").unwrap();
        let asker = Asker {
            user_id: "",
            zone: &zone,
            now: 0,
            ignore_case: true,
            drop_scripts: false,
            order_by_group: false,
        };
        // A Sunday in UTC, a Monday in Berlin.
        let at = clock::parse("2026-05-31 22:30:00").unwrap();
        let check = |arguments: &str, expected| {
            let part = DatePart::parse(&format!("x@javascript:gs.datePart({arguments})"), &asker);
            assert_eq!(part.map(|part| part.holds(at)), expected, "{arguments}");
        };
        check("'dayofweek','monday','EE'", Some(true));
        check("'dayofweek','sunday','GT'", Some(true));
        check("'dayofweek','tuesday','GE'", Some(false));
        check("'month','june','EE'", Some(true));
        check("'month','may','LE'", Some(false));
        check("'quarter','2','EE'", Some(true));
        check("'year','2026','LT'", Some(false));
        check("'hour','0','LE'", Some(true));
        check("'week','23','EE'", None);
        check("'year','2026','NE'", None);
    }
}
