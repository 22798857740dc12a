//! What rules close to whom.

use crate::auth::Session;
use crate::http::Answer;
use crate::query::{Asker, Bound, Query};
use crate::settings::{Acl, Closes};
use crate::view::View;
use crate::world::Path;

/// The rules that bind this person on this table.
pub(crate) fn rules<'a>(
    view: &'a View,
    session: &Session,
    table: &str,
    closes: Closes,
) -> Vec<&'a Acl> {
    let binds = |acl: &&Acl| {
        acl.table == table
            && acl.closes == closes
            && (closes == Closes::Abort
                || !session.is_admin() && !acl.roles.iter().any(|role| session.has(role)))
    };
    view.settings.acls.iter().filter(binds).collect()
}

pub(crate) fn may_read(view: &View, session: &Session, table: &str) -> Result<(), Answer> {
    if !rules(view, session, table, Closes::Api).is_empty() {
        return Err(Answer::error(
            403,
            "User Not Authorized",
            Some("Failed API level ACL Validation"),
        ));
    }
    if is_kept(view, session, table, &[]) || !rules(view, session, table, Closes::Table).is_empty()
    {
        let detail = format!("No permission to read table '{table}'");
        return Err(Answer::error(403, INSUFFICIENT, Some(&detail)));
    }
    Ok(())
}

/// What administrators alone read and write, out of the box: with it anybody could own the instance.
const SYSTEM: [&str; 5] =
    ["sys_user_has_role", "sys_properties", "sys_dictionary", "sys_db_object", "sys_audit_delete"];

/// Whether a system table, or one of some others, is kept from this person.
fn is_kept(view: &View, session: &Session, table: &str, others: &[&str]) -> bool {
    let named = SYSTEM.contains(&table) || others.contains(&table);
    named && !session.is_admin() && !view.settings.open_system_tables
}

pub(crate) const INSUFFICIENT: &str = "Insufficient rights to query records";
const CLOSED: &str = "Field(s) present in the query do not have permission to be read";

/// A query that asks about what this person may not read.
pub(crate) fn closed_field() -> Answer {
    Answer::error(403, INSUFFICIENT, Some(CLOSED))
}

/// Whether a field on the path is closed to reading, or a table that it walks into.
pub(crate) fn closes(view: &View, session: &Session, path: &Path) -> bool {
    path.steps.iter().enumerate().any(|(depth, (table, column))| {
        let name = view.world.schema(*table).name;
        let walked = depth > 0 && !rules(view, session, name, Closes::Table).is_empty();
        walked || closes_field(view, session, (*table, *column), Closes::Field)
    })
}

/// Whether the field that a path ends at is closed to ranges and order.
pub(crate) fn closes_ranges(view: &View, session: &Session, path: &Path) -> bool {
    let last = path.steps.last();
    last.is_some_and(|step| closes_field(view, session, *step, Closes::QueryRange))
}

fn closes_field(
    view: &View,
    session: &Session,
    (table, column): (usize, usize),
    closes: Closes,
) -> bool {
    let schema = view.world.schema(table);
    let field = schema.fields.get(column).map_or("", |field| field.name);
    rules(view, session, schema.name, closes).iter().any(|rule| rule.field == field)
}

/// Writing: 403 by an ACL or by a business rule. `what` is one of `Insert`, `Update`, `Delete`.
pub(crate) fn may_write(
    view: &View,
    session: &Session,
    table: &str,
    (closes, what): (Closes, &str),
) -> Result<(), Answer> {
    let kept = is_kept(view, session, table, &["sys_user"]);
    if !kept {
        may_read(view, session, table)?;
    }
    if kept || !rules(view, session, table, closes).is_empty() {
        let detail = format!("ACL Exception {what} Failed due to security constraints");
        return Err(Answer::error(403, "Operation Failed", Some(&detail)));
    }
    match rules(view, session, table, Closes::Abort).first() {
        None => Ok(()),
        Some(rule) => {
            let detail = format!(
                "Operation against file '{table}' was aborted by Business Rule '{}'",
                rule.query
            );
            Err(Answer::error(403, "Operation Failed", Some(&detail)))
        }
    }
}

/// The rows that rules hide, one bound query a rule.
pub(crate) fn hidden(
    view: &View,
    session: &Session,
    (table, name): (usize, &str),
    closes: Closes,
) -> Result<Vec<Bound>, Answer> {
    let asker = asker(view, session);
    let bind = |acl: &Acl| {
        let query = Query::parse(&acl.query)?;
        Bound::new(&view.world, table, &query, &asker).map(|(bound, _)| bound)
    };
    let bound: Result<Vec<_>, _> =
        rules(view, session, name, closes).into_iter().map(bind).collect();
    bound.map_err(|refused| loud(&refused.to_string()))
}

pub(crate) fn asker<'a>(view: &'a View, session: &'a Session) -> Asker<'a> {
    Asker {
        user_id: &session.id,
        zone: &session.zone,
        now: view.now,
        ignore_case: view.settings.ignore_case,
        drop_scripts: view.settings.drop_scripts,
        order_by_group: view.settings.order_by_group,
    }
}

/// What the simulator does not know, marked so that nobody takes it for ServiceNow's answer.
pub(crate) fn loud(text: &str) -> Answer {
    Answer::error(501, &format!("snow-sim: {text}"), None).with("x-snow-sim", "not-simulated")
}
