use std::collections::BTreeMap;

use serde::Deserialize;

use crate::api::{create, delete, update};
use crate::instance::State;
use crate::query::{Asker, Bound, Query};
use crate::world::table::parse_id;

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

/// Carries out an edit; answers the new row's id, or how many rows there were.
pub(crate) fn apply(state: &mut State, edit: &Edit) -> Result<String, String> {
    let table = state.world.table_named(&edit.table).ok_or("there is no such table")?;
    let values: Vec<(String, String)> = edit.set.clone().into_iter().collect();
    let rows = match (&edit.sys_id, &edit.query) {
        (_, Some(query)) => matching(state, table, query)?,
        (Some(id), None) => match parse_id(id).and_then(|id| state.world.table(table).find(id)) {
            Some(row) => vec![row],
            None => return Err("there is no such row".to_owned()),
        },
        (None, None) => {
            let row = create::insert(state, (table, "system"), &values);
            return Ok(format!("{:032x}", state.world.table(table).id(row)));
        }
    };
    for row in &rows {
        if edit.delete {
            delete::remove(state, (table, *row), "system");
            continue;
        }
        let by = edit.touch.then_some("system");
        update::change(state, (table, *row), &values, by)
            .ok()
            .ok_or("a value does not fit its field")?;
    }
    Ok(rows.len().to_string())
}

fn matching(state: &State, table: usize, query: &str) -> Result<Vec<u32>, String> {
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
        return Err("the query names an unknown field".to_owned());
    }
    Ok(bound.find(&state.world, (0, usize::MAX), false).rows)
}
