use super::Call;
use super::{incident, input, one};
use crate::access;
use crate::clock;
use crate::http::Answer;
use crate::http::message::JSON;
use crate::instance::State;
use crate::settings::Closes;
use crate::world::schema::{MOD_COUNT, UPDATED_BY, UPDATED_ON};
use crate::world::table::Cell;

/// `PATCH` and `PUT /api/now/table/{table}/{sys_id}`.
pub(super) fn answer(state: &mut State, call: &Call<'_>, id: &str) -> Result<Answer, Answer> {
    // Nobody may write what is not there: first of all it is missing.
    access::may_read(&state.view(), &call.session, call.name)?;
    let row = one::visible(&state.view(), call, id)?;
    access::may_write(&state.view(), &call.session, call.name, (Closes::Update, "Update"))?;
    let mut values = input::record(&state.world, call)?;
    if call.name == "incident" {
        let now = clock::text(state.now());
        let world = &state.world;
        let stored = |field: &str| world.text(call.table, row, field).into_owned();
        incident::follow(&mut values, stored, (&call.session.id, &now))?;
    }
    let silent = state.settings.suppress_auto_sys_field
        && call.request.flag("sysparm_suppress_auto_sys_field");
    let by = Some(call.session.name.as_str()).filter(|_| !silent);
    change(state, (call.table, row), &values, by)?;
    if call.request.says("x-no-response-body") {
        return Ok(Answer::empty(204));
    }
    Ok(Answer::new(200, JSON, one::body(&state.view(), call, row)?))
}

/// Writes the values that differ; says who did unless system fields are to stay as they are.
pub(crate) fn change(
    state: &mut State,
    (table, row): (usize, u32),
    values: &[(String, String)],
    by: Option<&str>,
) -> Result<(), Answer> {
    let changes = changes(state, (table, row), values, by)?;
    if !changes.is_empty() {
        state.world.table_mut(table).change(row, &changes);
    }
    Ok(())
}

/// As [`change`] in many rows, which costs about as much as in a thousand.
pub(crate) fn change_all(
    state: &mut State,
    (table, rows): (usize, &[u32]),
    values: &[(String, String)],
    by: Option<&str>,
) -> Result<(), Answer> {
    for row in rows {
        let changes = changes(state, (table, *row), values, by)?;
        state.world.table_mut(table).put(*row, &changes);
    }
    state.world.table_mut(table).index_all();
    Ok(())
}

/// The cells that come out differently.
fn changes(
    state: &mut State,
    (table, row): (usize, u32),
    values: &[(String, String)],
    by: Option<&str>,
) -> Result<Vec<(usize, Cell)>, Answer> {
    let mut changes = Vec::new();
    let schemas = std::sync::Arc::clone(&state.world.schemas);
    for (name, value) in values {
        let field = schemas.get(table).and_then(|schema| {
            let column = schema.column(name)?;
            Some((column, schema.fields.get(column)?.kind))
        });
        let Some((column, kind)) = field else { continue };
        let cell = Cell::parse(value, kind, &mut state.world.words)
            .ok_or_else(|| access::loud(&format!("{name} cannot hold {value:?}")))?;
        if state.world.table(table).cell(row, column) != cell {
            changes.push((column, cell));
        }
    }
    if let Some(by) = by.filter(|_| !changes.is_empty()) {
        let count = state.world.text(table, row, "sys_mod_count").parse::<u64>().unwrap_or(0) + 1;
        let now = state.now();
        let words = &mut state.world.words;
        changes.push((UPDATED_ON, Cell::Time(now)));
        changes.push((UPDATED_BY, Cell::Word(words.intern(by))));
        changes.push((MOD_COUNT, Cell::Word(words.intern(&count.to_string()))));
    }
    Ok(changes)
}
