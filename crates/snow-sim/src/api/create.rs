use super::Call;
use super::{incident, input, one};
use crate::access;
use crate::clock;
use crate::http::Answer;
use crate::http::message::JSON;
use crate::instance::State;
use crate::settings::Closes;
use crate::world::schema::DEFAULTS;
use crate::world::table::Cell;

/// `POST /api/now/table/{table}`.
pub(super) fn answer(state: &mut State, call: &Call<'_>) -> Result<Answer, Answer> {
    access::may_write(&state.view(), &call.session, call.name, (Closes::Insert, "Insert"))?;
    let mut values = input::record(&state.world, call)?;
    let now = clock::text(state.now());
    if call.name == "incident" {
        complete(state, call, &mut values, &now)?;
    }
    for (table, name, value) in DEFAULTS {
        if table == call.name && !values.iter().any(|(have, _)| have == name) {
            values.push((name.to_owned(), value.to_owned()));
        }
    }
    let row = insert(state, (call.table, &call.session.name), &values);
    let id = format!("{:032x}", state.world.table(call.table).id(row));
    let at = format!("{}/api/now/table/{}/{id}", call.request.origin, call.name);
    if call.request.says("x-no-response-body") {
        return Ok(Answer::empty(204).with("location", at));
    }
    Ok(Answer::new(201, JSON, one::body(&state.view(), call, row)?).with("location", at))
}

/// Adds a row.
pub(crate) fn insert(
    state: &mut State,
    (table, user): (usize, &str),
    values: &[(String, String)],
) -> u32 {
    let cells = cells(state, (table, user), values);
    state.world.table_mut(table).insert(&cells)
}

/// A new row; the system fields that are not given are those of a new one.
pub(super) fn cells(
    state: &mut State,
    (table, user): (usize, &str),
    values: &[(String, String)],
) -> Vec<Cell> {
    let (id, now) = (format!("{:032x}", state.random.id()), clock::text(state.now()));
    let mut all: Vec<(&str, &str)> =
        values.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    all.extend([
        ("sys_id", id.as_str()),
        ("sys_created_on", now.as_str()),
        ("sys_updated_on", now.as_str()),
        ("sys_created_by", user),
        ("sys_updated_by", user),
        ("sys_mod_count", "0"),
    ]);
    state.world.cells(table, &all)
}

/// What a new incident has that nobody said.
fn complete(
    state: &mut State,
    call: &Call<'_>,
    values: &mut Vec<(String, String)>,
    now: &str,
) -> Result<(), Answer> {
    // Serial numbers are not the caller's.
    values.retain(|(name, value)| name != "number" || !value.is_empty());
    let number = format!("INC{:07}", state.world.serial + 1);
    let id = call.session.id.clone();
    // The old column of the state says it too.
    let says_state =
        |(name, value): &(String, String)| name == "incident_state" && !value.is_empty();
    let state_value = match values.iter().find(|value| says_state(value)) {
        Some((_, value)) => value.clone(),
        None => "1".to_owned(),
    };
    for (name, value) in [
        ("number", number.as_str()),
        ("state", state_value.as_str()),
        ("impact", "3"),
        ("urgency", "3"),
        ("severity", "3"),
        ("category", "inquiry"),
        ("active", "true"),
        ("opened_at", now),
        ("opened_by", id.as_str()),
        ("reopen_count", "0"),
        ("sys_class_name", "incident"),
        ("sys_domain", "global"),
    ] {
        if !values.iter().any(|(have, _)| have == name) {
            values.push((name.to_owned(), value.to_owned()));
        }
    }
    state.world.serial += 1;
    incident::follow(values, |_| String::new(), (&call.session.id, now))
}
