use super::{Call, create, one};
use crate::access;
use crate::http::Answer;
use crate::instance::State;
use crate::settings::Closes;

/// `DELETE /api/now/table/{table}/{sys_id}`.
pub(super) fn answer(state: &mut State, call: &Call<'_>, id: &str) -> Result<Answer, Answer> {
    access::may_write(state, &call.session, call.name, (Closes::Delete, "Delete"))?;
    let row = one::visible(state, call, id)?;
    remove(state, (call.table, row), &call.session.name);
    Ok(Answer::empty(204))
}

/// Removes a row, and leaves a trace of it where that is not switched off.
pub(crate) fn remove(state: &mut State, (table, row): (usize, u32), user: &str) {
    let name = state.world.schema(table).name;
    let id = format!("{:032x}", state.world.table(table).id(row));
    let display = state.world.display_of(table, row).into_owned();
    state.world.table_mut(table).remove(row);
    let silent = state.settings.no_audit_delete.iter().any(|have| have == name);
    let Some(audit) = state.world.table_named("sys_audit_delete").filter(|_| !silent) else {
        return;
    };
    let values = [("tablename", name.to_owned()), ("documentkey", id), ("display", display)];
    let values = values.map(|(name, value)| (name.to_owned(), value));
    create::insert(state, (audit, user), &values);
}
