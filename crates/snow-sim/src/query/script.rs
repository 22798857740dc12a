use super::{Asker, Refused};
use crate::clock;

/// The value of `javascript:…`: the few expressions that lists and other clients send.
pub(super) fn evaluate(script: &str, asker: &Asker<'_>) -> Result<String, Refused> {
    let unknown = || Refused::Script(script.to_owned());
    let call = script.trim().trim_end_matches(';').strip_prefix("gs.").ok_or_else(unknown)?;
    let (name, rest) = call.split_once('(').ok_or_else(unknown)?;
    let inside = rest.strip_suffix(')').ok_or_else(unknown)?;
    let arguments: Vec<&str> = inside
        .split(',')
        .map(|text| text.trim().trim_matches(|c| c == '\'' || c == '"'))
        .filter(|text| !text.is_empty())
        .collect();
    let number = || arguments.first().and_then(|text| text.parse::<i32>().ok()).map(i64::from);
    let at = match (name, arguments.as_slice()) {
        ("getUserID", []) => return Ok(asker.user_id.to_owned()),
        ("dateGenerate", [date, "start"]) => clock::in_zone(date, asker.zone),
        ("dateGenerate", [date, "end"]) => clock::in_zone(&format!("{date} 23:59:59"), asker.zone),
        ("dateGenerate", [date, time]) => clock::in_zone(&format!("{date} {time}"), asker.zone),
        ("now" | "nowDateTime", []) => Some(asker.now),
        ("minutesAgo", [_]) => number().map(|n| asker.now - n * 60),
        ("hoursAgo", [_]) => number().map(|n| asker.now - n * 3600),
        ("daysAgo", [_]) => number().map(|n| asker.now - n * 86_400),
        ("beginningOfToday", []) => day(asker, 0, "00:00:00"),
        ("endOfToday", []) => day(asker, 0, "23:59:59"),
        ("beginningOfYesterday", []) => day(asker, 1, "00:00:00"),
        ("endOfYesterday", []) => day(asker, 1, "23:59:59"),
        ("daysAgoStart", [_]) => number().and_then(|n| day(asker, n, "00:00:00")),
        ("daysAgoEnd", [_]) => number().and_then(|n| day(asker, n, "23:59:59")),
        ("beginningOfLast6Months", []) => six_months_ago(asker),
        _ => return Err(unknown()),
    };
    at.map(clock::text).ok_or_else(unknown)
}

/// A time of the day that was `ago` days before, as the person counts days.
fn day(asker: &Asker<'_>, ago: i64, time: &str) -> Option<i64> {
    let date = clock::display(asker.now - ago * 86_400, asker.zone, "yyyy-MM-dd");
    clock::in_zone(&format!("{date} {time}"), asker.zone)
}

fn six_months_ago(asker: &Asker<'_>) -> Option<i64> {
    let today = clock::display(asker.now, asker.zone, "yyyy-MM");
    let (year, month) = today.split_once('-')?;
    let months = year.parse::<i64>().ok()? * 12 + month.parse::<i64>().ok()? - 1 - 6;
    let (year, month) = (months.div_euclid(12), months.rem_euclid(12) + 1);
    clock::in_zone(&format!("{year:04}-{month:02}-01 00:00:00"), asker.zone)
}
