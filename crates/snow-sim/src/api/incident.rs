use crate::access;
use crate::http::Answer;
use crate::seed::incidents::priority;

type Values = Vec<(String, String)>;

/// What follows from the state, impact and urgency of an incident that the user `by` writes. What
/// is given stays.
pub(crate) fn follow(
    values: &mut Values,
    stored: impl Fn(&str) -> String,
    (by, now): (&str, &str),
) -> Result<(), Answer> {
    let of = |values: &Values, name: &str| given(values, name).unwrap_or_else(|| stored(name));
    same_state(values, &stored)?;
    let level = |name| of(values, name).parse::<usize>().unwrap_or(3).clamp(1, 3);
    let computed = priority(level("impact"), level("urgency")).to_string();
    let (before, after) = (stored("state"), of(values, "state"));
    put(values, "priority", computed);
    put(values, "incident_state", after.clone());
    if is_done(&after) && after != before {
        if of(values, "close_code").is_empty() || of(values, "close_notes").is_empty() {
            return Err(unexplained());
        }
        if of(values, "resolved_at").is_empty() {
            put(values, "resolved_at", now.to_owned());
        }
        if of(values, "resolved_by").is_empty() {
            put(values, "resolved_by", by.to_owned());
        }
    }
    if is_over(&after) && !is_over(&before) {
        put_if_not_given(values, "closed_at", now);
    }
    if is_over(&before) && !is_over(&after) {
        put_if_not_given(values, "closed_at", "");
    }
    if is_done(&before) && !is_done(&after) && !is_over(&after) {
        put_if_not_given(values, "resolved_at", "");
        put_if_not_given(values, "resolved_by", "");
        let times = stored("reopen_count").parse::<u32>().unwrap_or(0).saturating_add(1);
        put_if_not_given(values, "reopen_count", &times.to_string());
    }
    put(values, "active", if is_over(&after) { "false" } else { "true" }.to_owned());
    Ok(())
}

/// `incident_state` is an old name of `state`: each follows the other.
fn same_state(values: &mut Values, stored: impl Fn(&str) -> String) -> Result<(), Answer> {
    let changed = |name: &str| given(values, name).filter(|value| *value != stored(name));
    match (changed("state"), changed("incident_state")) {
        (Some(one), Some(other)) if one != other => {
            Err(access::loud("what an instance makes of two states at once is not known"))
        }
        (None, Some(other)) => {
            put(values, "state", other);
            Ok(())
        }
        _ => Ok(()),
    }
}

/// Resolved or closed.
fn is_done(state: &str) -> bool {
    matches!(state, "6" | "7")
}

/// Closed or canceled.
fn is_over(state: &str) -> bool {
    matches!(state, "7" | "8")
}

fn unexplained() -> Answer {
    let detail = "Data Policy Exception: The following fields are mandatory: Resolution code, \
                  Resolution notes";
    Answer::error(403, "Operation Failed", Some(detail))
}

fn given(values: &Values, name: &str) -> Option<String> {
    values.iter().find(|(have, _)| have == name).map(|(_, value)| value.clone())
}

fn put(values: &mut Values, name: &str, value: String) {
    values.retain(|(have, _)| have != name);
    values.push((name.to_owned(), value));
}

fn put_if_not_given(values: &mut Values, name: &str, value: &str) {
    if given(values, name).is_none() {
        put(values, name, value.to_owned());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What an update to these values makes of an incident that was closed and has been reopened
    /// once.
    fn check(state: &str, set: &[(&str, &str)], name: &str, expected: &str) {
        let stored = |field: &str| {
            match field {
                "state" | "incident_state" => state,
                "close_code" | "close_notes" => "x",
                "resolved_by" if is_done(state) => "she",
                "resolved_at" => "2026-01-01 00:00:00",
                "closed_at" if is_over(state) => "2026-01-02 00:00:00",
                "reopen_count" => "1",
                _ => "",
            }
            .to_owned()
        };
        let set = set.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let mut values: Values = set.collect();
        follow(&mut values, stored, ("me", "2026-02-01 00:00:00")).unwrap();
        let found = given(&values, name).unwrap_or_else(|| stored(name));
        assert_eq!(found, expected, "{name} of {state} after {values:?}");
    }

    #[test]
    fn what_is_reopened_is_closed_anew() {
        check("7", &[("state", "2")], "closed_at", "");
        check("7", &[("state", "2")], "resolved_at", "");
        check("7", &[("state", "2")], "reopen_count", "2");
        check("2", &[("state", "6")], "resolved_by", "me");
        check("2", &[("state", "6"), ("resolved_by", "x")], "resolved_by", "x");
        check("2", &[("state", "8")], "resolved_by", "");
        check("7", &[("state", "2")], "resolved_by", "");
        check("6", &[("state", "7")], "resolved_by", "she");
        check("7", &[("state", "2")], "active", "true");
        check("7", &[("state", "2"), ("closed_at", "z")], "closed_at", "z");
        check("7", &[("state", "6")], "closed_at", "");
        check("7", &[("state", "6")], "reopen_count", "1");
        check("6", &[("state", "3")], "reopen_count", "2");
        check("6", &[("state", "3")], "resolved_at", "");
        check("8", &[("state", "1")], "closed_at", "");
        check("8", &[("state", "1")], "reopen_count", "1");
        check("2", &[("state", "7")], "closed_at", "2026-02-01 00:00:00");
        check("6", &[("state", "7")], "resolved_at", "2026-01-01 00:00:00");
        check("7", &[("urgency", "1")], "closed_at", "2026-01-02 00:00:00");
        check("7", &[("urgency", "1")], "reopen_count", "1");
        check("1", &[("state", "2")], "incident_state", "2");
        check("1", &[("incident_state", "2")], "state", "2");
        check("1", &[("incident_state", "2"), ("state", "1")], "state", "2");
        check("1", &[("incident_state", "8")], "active", "false");
    }
}
