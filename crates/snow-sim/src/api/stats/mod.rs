mod aggregate;
mod asked;

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::{Call, list};
use crate::access;
use crate::http::Answer;
use crate::query::Key;
use crate::settings::Closes;
use crate::view::View;
use crate::world::World;
use crate::world::schema::Kind;
use crate::world::table::parse_id;
use aggregate::Sample;
use asked::{Asked, Field};

/// `GET /api/now/stats/{table}`: count, sums and extremes, of all rows or by group.
pub(super) fn answer(view: &View, call: &Call<'_>) -> Result<Answer, Answer> {
    access::may_read(view, &call.session, call.name)?;
    let asked = Asked::read(view, call)?;
    let bound = list::query(view, call)?;
    all_may_be_read(view, call)?;
    let before = access::hidden(view, &call.session, (call.table, call.name), Closes::BeforeQuery)?;
    let mut rows = bound.find(&view.world, (0, usize::MAX), false).rows;
    rows.retain(|row| !before.iter().any(|rule| rule.matches(&view.world, *row)));
    let case = bound.case();
    let stats = |rows: &[u32]| stats(&asked, &Sample { world: &view.world, rows, case });
    let result = if asked.by.is_empty() {
        json!({"stats": stats(&rows)})
    } else {
        let group = |(values, rows): (Vec<Part>, Vec<u32>)| {
            let fields = asked.by.iter().zip(values);
            let fields = fields.map(|(field, value)| {
                let value = shown(&view.world, &asked, field, value.text);
                json!({"field": field.name, "value": value})
            });
            json!({"stats": stats(&rows), "groupby_fields": fields.collect::<Vec<_>>()})
        };
        let all = Sample { world: &view.world, rows: &rows, case };
        groups(&asked.by, &all).into_iter().map(group).collect()
    };
    Ok(Answer::json(200, &json!({"result": result})))
}

/// Who may not read every row of the table gets no stats of it, whatever the query says
/// (`c_AggregateAPI`, release Australia).
fn all_may_be_read(view: &View, call: &Call<'_>) -> Result<(), Answer> {
    if view.settings.stats_of_hidden {
        return Ok(());
    }
    let rules = access::hidden(view, &call.session, (call.table, call.name), Closes::Rows)?;
    let hides = rules.iter().any(|rule| !rule.find(&view.world, (0, 1), false).rows.is_empty());
    if hides {
        return Err(Answer::error(403, access::INSUFFICIENT, None));
    }
    Ok(())
}

fn stats(asked: &Asked, rows: &Sample<'_>) -> Map<String, Value> {
    let mut stats = Map::new();
    if asked.count {
        stats.insert("count".to_owned(), json!(rows.rows.len().to_string()));
    }
    for (aggregate, fields) in &asked.aggregates {
        let values =
            fields.iter().map(|field| (field.name.clone(), rows.of(*aggregate, field).into()));
        stats.insert(aggregate.name().to_owned(), Value::Object(values.collect()));
    }
    stats
}

/// One value that a group has in common.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Part {
    key: Key,
    text: String,
}

/// Rows by the values of some fields, in the order of these.
fn groups(by: &[Field], rows: &Sample<'_>) -> BTreeMap<Vec<Part>, Vec<u32>> {
    let mut groups: BTreeMap<Vec<Part>, Vec<u32>> = BTreeMap::new();
    for row in rows.rows {
        let part =
            |field: &Field| Part { key: rows.key(*row, field), text: rows.text(*row, field) };
        groups.entry(by.iter().map(part).collect()).or_default().push(*row);
    }
    groups
}

/// A value as it is, or as people read it.
fn shown(world: &World, asked: &Asked, field: &Field, text: String) -> String {
    match field.path.kind {
        _ if !asked.labels => text,
        Kind::Choice(choices) => {
            let choice = choices.iter().find(|(value, _)| *value == text);
            choice.map_or(text, |(_, label)| (*label).to_owned())
        }
        Kind::Reference(to) => {
            let label = world.table_named(to).and_then(|table| {
                let row = world.table(table).find(parse_id(&text)?)?;
                Some(world.display_of(table, row).into_owned())
            });
            label.unwrap_or(text)
        }
        _ => text,
    }
}
