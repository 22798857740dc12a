use super::{Call, create, one};
use crate::access;
use crate::http::Answer;
use crate::instance::State;
use crate::settings::Closes;
use crate::world::table::Cell;

/// `DELETE /api/now/table/{table}/{sys_id}`.
pub(super) fn answer(state: &mut State, call: &Call<'_>, id: &str) -> Result<Answer, Answer> {
    // Nobody may write what is not there: first of all it is missing.
    access::may_read(&state.view(), &call.session, call.name)?;
    let row = one::visible(&state.view(), call, id)?;
    access::may_write(&state.view(), &call.session, call.name, (Closes::Delete, "Delete"))?;
    remove(state, (call.table, row), &call.session.name);
    Ok(Answer::empty(204))
}

/// Removes a row, and leaves a trace of it where that is not switched off.
pub(crate) fn remove(state: &mut State, (table, row): (usize, u32), user: &str) {
    let trace = trace(state, (table, row), user);
    state.world.table_mut(table).remove(row);
    if let Some((audit, cells)) = trace {
        state.world.table_mut(audit).insert(&cells);
    }
}

/// Removes many rows at once, which costs about as much as to remove a thousand.
pub(crate) fn remove_all(state: &mut State, table: usize, rows: &[u32], user: &str) {
    let mut audited = None;
    for row in rows {
        if let Some((audit, cells)) = trace(state, (table, *row), user) {
            state.world.table_mut(audit).append(&cells);
            audited = Some(audit);
        }
        state.world.table_mut(table).forget(*row);
    }
    for changed in [Some(table), audited].into_iter().flatten() {
        state.world.table_mut(changed).index_all();
    }
}

/// The row of `sys_audit_delete` that is to tell of a delete.
fn trace(state: &mut State, (table, row): (usize, u32), user: &str) -> Option<(usize, Vec<Cell>)> {
    let name = state.world.schema(table).name;
    if state.settings.no_audit_delete.iter().any(|have| have == name) {
        return None;
    }
    let audit = state.world.table_named("sys_audit_delete")?;
    let id = format!("{:032x}", state.world.table(table).id(row));
    let display = state.world.display_of(table, row).into_owned();
    let values = [("tablename", name.to_owned()), ("documentkey", id), ("display", display)];
    let values = values.map(|(name, value)| (name.to_owned(), value));
    let cells = create::cells(state, (audit, user), &values);
    Some((audit, cells))
}
