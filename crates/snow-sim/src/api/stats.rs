use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::{Call, list};
use crate::access;
use crate::http::Answer;
use crate::instance::State;
use crate::settings::Closes;
use crate::world::Path;
use crate::world::table::{Cell, NEVER};

/// `GET /api/now/stats/{table}`: count, sums and extremes, of all rows or by group.
pub(super) fn answer(state: &State, call: &Call<'_>) -> Result<Answer, Answer> {
    access::may_read(state, &call.session, call.name)?;
    for unknown in ["sysparm_having", "sysparm_order_by"] {
        if call.request.parameter(unknown).is_some() {
            return Err(access::loud(&format!("{unknown} is not simulated")));
        }
    }
    let bound = list::query(state, call)?;
    let before =
        access::hidden(state, &call.session, (call.table, call.name), Closes::BeforeQuery)?;
    let mut rows = bound.find(&state.world, (0, usize::MAX), false).rows;
    rows.retain(|row| !before.iter().any(|rule| rule.matches(&state.world, *row)));
    let by = fields(call, "sysparm_group_by");
    let by: Vec<(String, Path)> = by
        .into_iter()
        .filter_map(|name| Some((name.clone(), state.world.path(call.table, &name)?)))
        .collect();
    let result = if by.is_empty() {
        json!({"stats": stats(state, call, &rows)})
    } else {
        groups(state, &by, &rows)
            .into_iter()
            .map(|(values, rows)| {
                let fields = by.iter().zip(values);
                let fields: Vec<Value> = fields
                    .map(|((name, _), value)| json!({"field": name, "value": value}))
                    .collect();
                json!({"stats": stats(state, call, &rows), "groupby_fields": fields})
            })
            .collect()
    };
    Ok(Answer::json(200, &json!({"result": result})))
}

fn fields(call: &Call<'_>, parameter: &str) -> Vec<String> {
    let list = call.request.parameter(parameter).unwrap_or_default();
    let names = list.split(',').map(str::trim).filter(|name| !name.is_empty());
    names.map(str::to_owned).collect()
}

/// Rows by the values of some fields, in the order of these.
fn groups(state: &State, by: &[(String, Path)], rows: &[u32]) -> BTreeMap<Vec<String>, Vec<u32>> {
    let mut groups: BTreeMap<Vec<String>, Vec<u32>> = BTreeMap::new();
    for row in rows {
        let text = |path| {
            let cell = state.world.value(*row, path);
            cell.map_or(String::new(), |cell| cell.text(&state.world.words).into_owned())
        };
        groups.entry(by.iter().map(|(_, path)| text(path)).collect()).or_default().push(*row);
    }
    groups
}

fn stats(state: &State, call: &Call<'_>, rows: &[u32]) -> Map<String, Value> {
    let mut stats = Map::new();
    if call.request.flag("sysparm_count") {
        stats.insert("count".to_owned(), json!(rows.len().to_string()));
    }
    for name in ["min", "max", "sum", "avg"] {
        let found =
            fields(call, &format!("sysparm_{name}_fields")).into_iter().filter_map(|field| {
                let value = match name {
                    "min" | "max" => extreme(state, call.table, (&field, name == "max"), rows)?,
                    _ => total(state, call.table, (&field, name == "avg"), rows)?,
                };
                Some((field, Value::String(value)))
            });
        let found: Map<String, Value> = found.collect();
        if !found.is_empty() {
            stats.insert(name.to_owned(), Value::Object(found));
        }
    }
    stats
}

/// The sum of numbers, or their mean with four places; what is no number does not count.
fn total(state: &State, table: usize, (field, mean): (&str, bool), rows: &[u32]) -> Option<String> {
    let path = state.world.path(table, field)?;
    let numbers = rows.iter().filter_map(|row| {
        let text = state.world.value(*row, &path)?.text(&state.world.words).into_owned();
        text.parse::<i32>().ok().map(i64::from)
    });
    let numbers: Vec<i64> = numbers.collect();
    let sum: i64 = numbers.iter().sum();
    if !mean {
        return Some(sum.to_string());
    }
    let mean = (sum * 10_000).checked_div(i64::try_from(numbers.len()).ok()?);
    Some(mean.map_or(String::new(), |mean| {
        let sign = if mean < 0 { "-" } else { "" };
        format!("{sign}{}.{:04}", mean.abs() / 10_000, mean.abs() % 10_000)
    }))
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
