use std::sync::Arc;

use serde_json::{Map, Value};

use super::{body, rows, to_json};
use crate::auth::{sound_user, token};
use crate::instance::State;
use crate::settings::{Acl, Closes, RateLimit, Settings};

pub(super) fn show(state: &State) -> Result<Value, String> {
    to_json(&*state.settings)
}

/// Changes the members that are given, all or none.
pub(super) fn change(state: &mut State, body: &[u8]) -> Result<Value, String> {
    let given: Map<String, Value> = body::read(body)?;
    let mut all = to_json(&*state.settings)?;
    if let Some(members) = all.as_object_mut() {
        members.extend(given);
    }
    let settings: Settings = body::read(all.to_string().as_bytes())?;
    judge(state, &settings)?;
    state.settings = Arc::new(settings);
    show(state)
}

/// What only the world can tell.
fn judge(state: &State, settings: &Settings) -> Result<(), String> {
    if let Some(grant) =
        settings.grants.iter().find(|grant| !token::KNOWN.contains(&grant.as_str()))
    {
        return Err(format!("grants: they are {}, not {grant:?}", token::KNOWN.join(", ")));
    }
    let unknown = |table: &&String| state.world.table_named(table).is_none();
    if let Some(table) = settings.no_audit_delete.iter().find(unknown) {
        return Err(format!("no_audit_delete: there is no table {table:?}"));
    }
    for (at, acl) in settings.acls.iter().enumerate() {
        acl_fits(state, acl).map_err(|error| format!("acls[{at}].{error}"))?;
    }
    for (at, limit) in settings.rate_limits.iter().enumerate() {
        let mut before = settings.rate_limits.iter().take(at);
        if before.any(|other| other.id == limit.id) {
            return Err(format!("rate_limits[{at}].id: {:?} is another's", limit.id));
        }
        limit_fits(state, limit).map_err(|error| format!("rate_limits[{at}].{error}"))?;
    }
    Ok(())
}

fn acl_fits(state: &State, acl: &Acl) -> Result<(), String> {
    let Acl { table, closes, field, query, .. } = acl;
    let Some(at) = state.world.table_named(table) else {
        return Err(format!("table: there is no table {table:?}"));
    };
    let closes_field = matches!(closes, Closes::Field | Closes::QueryRange);
    if closes_field && state.world.schema(at).column(field).is_none() {
        return Err(format!("field: {table} has no field {field:?}"));
    }
    if !closes_field && !field.is_empty() {
        return Err("field: only `field` and `query_range` close one".to_owned());
    }
    match closes {
        Closes::Abort => Ok(()),
        Closes::Rows | Closes::BeforeQuery => {
            rows::bound(state, at, query).map(drop).map_err(|error| format!("query: {error}"))
        }
        _ if query.is_empty() => Ok(()),
        _ => Err("query: only `rows`, `before_query` and `abort` have one".to_owned()),
    }
}

fn limit_fits(state: &State, limit: &RateLimit) -> Result<(), String> {
    let RateLimit { id, user, table, .. } = limit;
    if id.trim().is_empty() {
        return Err("id: a rule needs one".to_owned());
    }
    if let Some(user) = user.as_ref().filter(|user| sound_user(&state.world, user).is_none()) {
        return Err(format!("user: there is no active user {user:?}"));
    }
    if let Some(table) = table.as_ref().filter(|table| state.world.table_named(table).is_none()) {
        return Err(format!("table: there is no table {table:?}"));
    }
    Ok(())
}
