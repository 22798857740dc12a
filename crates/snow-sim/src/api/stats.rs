use serde_json::{Map, Value, json};

use super::{Call, list};
use crate::access;
use crate::http::Answer;
use crate::instance::State;
use crate::settings::Closes;
use crate::world::table::{Cell, NEVER};

/// `GET /api/now/stats/{table}`: count, and the least and greatest of fields.
pub(super) fn answer(state: &State, call: &Call<'_>) -> Result<Answer, Answer> {
    access::may_read(state, &call.session, call.name)?;
    for unknown in
        ["sysparm_group_by", "sysparm_having", "sysparm_sum_fields", "sysparm_avg_fields"]
    {
        if call.request.parameter(unknown).is_some() {
            return Err(access::loud(&format!("{unknown} is not simulated")));
        }
    }
    let bound = list::query(state, call)?;
    let before =
        access::hidden(state, &call.session, (call.table, call.name), Closes::BeforeQuery)?;
    let mut rows = bound.find(&state.world, (0, usize::MAX), false).rows;
    rows.retain(|row| !before.iter().any(|rule| rule.matches(&state.world, *row)));
    let mut stats = Map::new();
    if call.request.flag("sysparm_count") {
        stats.insert("count".to_owned(), json!(rows.len().to_string()));
    }
    for (parameter, name, greatest) in
        [("sysparm_min_fields", "min", false), ("sysparm_max_fields", "max", true)]
    {
        let Some(fields) = call.request.parameter(parameter) else { continue };
        let found = fields.split(',').filter_map(|field| {
            let value = extreme(state, call.table, (field.trim(), greatest), &rows)?;
            Some((field.trim().to_owned(), Value::String(value)))
        });
        stats.insert(name.to_owned(), Value::Object(found.collect()));
    }
    Ok(Answer::json(200, &json!({"result": {"stats": stats}})))
}

fn extreme(
    state: &State,
    table: usize,
    (field, greatest): (&str, bool),
    rows: &[u32],
) -> Option<String> {
    let path = state.world.path(table, field)?;
    let keys = rows.iter().filter_map(|row| match state.world.value(*row, &path)? {
        Cell::Time(NEVER) => None,
        cell => {
            let text = cell.text(&state.world.words).into_owned();
            Some((text.parse::<i64>().unwrap_or(0), text))
        }
    });
    let found = if greatest { keys.max() } else { keys.min() };
    Some(found.map(|(_, text)| text).unwrap_or_default())
}
