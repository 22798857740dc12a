use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};

use super::body;
use super::editing::Editing;
use crate::api::{create, delete, update};
use crate::instance::State;
use crate::query::{Asker, Bound, Query};
use crate::work::Progress;
use crate::world::schema::Kind;
use crate::world::table::{Cell, parse_id};

/// A change behind the back of the API: every field can be written, the system's too.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Edit {
    table: String,
    /// The row; without it, and without a query, a new one.
    #[serde(default)]
    sys_id: Option<String>,
    /// All rows that this encoded query matches.
    #[serde(default)]
    query: Option<String>,
    #[serde(default)]
    set: BTreeMap<String, String>,
    #[serde(default)]
    delete: bool,
    /// The system fields follow, as they do on an update through the API.
    #[serde(default)]
    touch: bool,
}

/// `POST /_sim/edits`: carries out all edits, or none; at once where none looks for its rows.
pub(super) fn begin(state: &mut State, body: &[u8]) -> Progress {
    let edits: Vec<Edit> = match body::read(body) {
        Ok(edits) => edits,
        Err(error) => return Progress::Answered(super::answered(Err(error))),
    };
    if edits.iter().any(|edit| edit.query.is_some()) {
        return Progress::Editing(Box::new(Editing::begin(state, edits)));
    }
    Progress::Answered(super::answered(carry_out_all(state, &edits)))
}

pub(super) fn carry_out_all(state: &mut State, edits: &[Edit]) -> Result<Value, String> {
    // An edit alone is judged before it begins.
    let before = (edits.len() > 1).then(|| (state.world.clone(), state.random.clone()));
    let mut answers = Vec::new();
    for (at, edit) in edits.iter().enumerate() {
        match apply(state, edit) {
            Ok(answer) => answers.push(answer),
            Err(error) => {
                if let Some((world, random)) = before {
                    (state.world, state.random) = (world, random);
                }
                return Err(format!("[{at}].{error}"));
            }
        }
    }
    Ok(json!(answers))
}

/// Carries out an edit; answers the new row's id, or how many rows there were.
pub(crate) fn apply(state: &mut State, edit: &Edit) -> Result<String, String> {
    let table = state.world.table_named(&edit.table);
    let table = table.ok_or_else(|| format!("table: there is no table {:?}", edit.table))?;
    values_fit(state, table, &edit.set)?;
    let rows = match (&edit.sys_id, &edit.query) {
        (Some(_), Some(_)) => return Err("query: there is none beside `sys_id`".to_owned()),
        (None, Some(query)) => matching(state, table, query)?,
        (Some(id), None) => match parse_id(id).and_then(|id| state.world.table(table).find(id)) {
            Some(row) => vec![row],
            None => return Err(format!("sys_id: {} has no row {id:?}", edit.table)),
        },
        (None, None) if edit.delete => {
            return Err("delete: it needs a `sys_id` or a `query`".to_owned());
        }
        (None, None) => {
            says_something(edit)?;
            id_is_free(state, table, edit, None)?;
            if edit.table == HAS_ROLE && !edit.set.contains_key("user") {
                return Err("set.user: a role needs one".to_owned());
            }
            let values = values(edit);
            let row = create::insert(state, (table, "system"), &values);
            return Ok(format!("{:032x}", state.world.table(table).id(row)));
        }
    };
    says_something(edit)?;
    id_is_free(state, table, edit, Some(&rows))?;
    if edit.delete && !edit.set.is_empty() {
        return Err("set: what is deleted has no values".to_owned());
    }
    carry_out(state, edit, (table, &rows))?;
    Ok(rows.len().to_string())
}

/// What is to be set; the old name of an incident's state goes with the state.
fn values(edit: &Edit) -> Vec<(String, String)> {
    let mut values = edit.set.clone();
    if let Some(state) = edit.set.get("state").filter(|_| edit.table == "incident") {
        values.entry("incident_state".to_owned()).or_insert_with(|| state.clone());
    }
    values.into_iter().collect()
}

fn says_something(edit: &Edit) -> Result<(), String> {
    if edit.set.is_empty() && !edit.delete {
        return Err("set: an edit sets something, or deletes".to_owned());
    }
    Ok(())
}

const HAS_ROLE: &str = "sys_user_has_role";

/// From so many rows on it is quicker to make the indexes anew.
const MANY: usize = 1000;

fn carry_out(state: &mut State, edit: &Edit, (table, rows): (usize, &[u32])) -> Result<(), String> {
    let values = values(edit);
    let by = edit.touch.then_some("system");
    match (edit.delete, rows.len() >= MANY) {
        (true, true) => delete::remove_all(state, table, rows, "system"),
        (true, false) => {
            for row in rows {
                delete::remove(state, (table, *row), "system");
            }
        }
        (false, many) => {
            let changed = if many {
                update::change_all(state, (table, rows), &values, by)
            } else {
                let mut rows = rows.iter();
                rows.try_for_each(|row| update::change(state, (table, *row), &values, by))
            };
            changed.ok().ok_or("set: a value does not fit its field")?;
        }
    }
    Ok(())
}

/// Whether the row may be called as the edit says: no two of a table have one `sys_id`.
fn id_is_free(
    state: &State,
    table: usize,
    edit: &Edit,
    rows: Option<&[u32]>,
) -> Result<(), String> {
    let Some(id) = edit.set.get("sys_id").and_then(|id| parse_id(id)) else { return Ok(()) };
    let taken = state.world.table(table).find(id);
    match (taken, rows) {
        (None, None | Some([] | [_])) => Ok(()),
        (Some(row), Some([only])) if row == *only => Ok(()),
        _ => Err("set.sys_id: no two rows have one".to_owned()),
    }
}

/// Whether all fields are there and can hold what they are to.
fn values_fit(
    state: &mut State,
    table: usize,
    values: &BTreeMap<String, String>,
) -> Result<(), String> {
    for (name, value) in values {
        let schema = state.world.schema(table);
        let field = schema.column(name).and_then(|column| schema.fields.get(column));
        let Some(kind) = field.map(|field| field.kind) else {
            return Err(format!("set: {} has no field {name:?}", schema.name));
        };
        if (schema.name, name.as_str()) == (HAS_ROLE, "user") && !is_person(state, value) {
            return Err(format!("set.user: there is no user with the sys_id {value:?}"));
        }
        if Cell::parse(value, kind, &mut state.world.words).is_none() {
            let written = match kind {
                Kind::Id => "32 hexadecimal digits in lower case",
                _ => "a time such as 2026-01-02 03:04:05",
            };
            return Err(format!("set.{name}: it is {written}, not {value:?}"));
        }
    }
    Ok(())
}

fn is_person(state: &State, id: &str) -> bool {
    let users = state.world.table_named("sys_user");
    users.zip(parse_id(id)).is_some_and(|(users, id)| state.world.table(users).find(id).is_some())
}

fn matching(state: &State, table: usize, query: &str) -> Result<Vec<u32>, String> {
    let bound = bound(state, table, query).map_err(|error| format!("query: {error}"))?;
    Ok(bound.find(&state.world, (0, usize::MAX), false).rows)
}

/// An encoded query of which every field is known.
pub(super) fn bound(state: &State, table: usize, query: &str) -> Result<Bound, String> {
    let zone = jiff::tz::TimeZone::UTC;
    let asker = Asker {
        user_id: "",
        zone: &zone,
        now: state.now(),
        ignore_case: state.settings.ignore_case,
        drop_scripts: false,
        order_by_group: false,
    };
    let parsed = Query::parse(query).map_err(|refused| refused.to_string())?;
    let (bound, whole) =
        Bound::new(&state.world, table, &parsed, &asker).map_err(|refused| refused.to_string())?;
    if !whole {
        return Err("it names an unknown field".to_owned());
    }
    Ok(bound)
}
