use std::collections::BTreeSet;

use servicenow::{
    Clause, Condition, Failure, Field, Group, ID, PageRequest, Query, Session, UPDATED,
};

use super::Trial;
use crate::Site;

/// What an instance does with a condition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Obeyed {
    Yes,
    /// It leaves the condition out, and finds every row.
    FindsAll,
    /// It finds no row, since it does not know the field.
    FindsNone,
}

/// Whether the instance obeys conditions on the fields of the sync; where it does not, a message
/// and what to do. `any` says whether the table has rows.
///
/// Source: ServiceNow, "Table API", parameter `sysparm_query`: a condition on an unknown field is
/// left out, or finds nothing where `glide.invalid_query.returns_no_rows` is set.
pub(super) async fn ignored(
    trial: &Trial<'_>,
    site: &Site,
    session: &Session,
    any: bool,
) -> Result<Option<(String, String)>, Failure> {
    let mut fields: BTreeSet<Field> = trial.filter.fields();
    fields.extend([ID, UPDATED]);
    let (mut all, mut none) = (Vec::new(), Vec::new());
    for field in fields {
        match obeyed(trial, site, session, (&field, any)).await? {
            Obeyed::Yes => {}
            Obeyed::FindsAll => all.push(field),
            Obeyed::FindsNone => none.push(field),
        }
    }
    let said = |fields: &[Field], what: &str| {
        let names: Vec<&str> = fields.iter().map(Field::as_str).collect();
        let message =
            format!("The instance does not obey conditions on {}: {what}.", names.join(", "));
        (message, HINT.to_owned())
    };
    Ok(match (all.as_slice(), none.as_slice()) {
        ([], []) => None,
        ([], fields) => Some(said(fields, "it finds no incident")),
        (fields, _) => Some(said(fields, "it leaves them out and finds every incident")),
    })
}

const HINT: &str = "Check the names in sync.query: the fields do not exist on this instance, or \
     the account may not read them.";

/// A field cannot be empty and not empty, and it is always one of both.
async fn obeyed(
    trial: &Trial<'_>,
    site: &Site,
    session: &Session,
    (field, any): (&Field, bool),
) -> Result<Obeyed, Failure> {
    let (empty, filled) = (Condition::empty(field.clone()), Condition::not_empty(field.clone()));
    let never = Group::new().and(empty.clone()).and(filled.clone());
    let always = Group::new().and(Clause::from(empty).or(filled));
    Ok(if finds(trial, site, session, never).await? == Some(true) {
        Obeyed::FindsAll
    } else if any && finds(trial, site, session, always).await? == Some(false) {
        Obeyed::FindsNone
    } else {
        Obeyed::Yes
    })
}

/// Whether any row matches, be it hidden; `None` where the account may not ask this of the field,
/// which says nothing about the query of the sync.
async fn finds(
    trial: &Trial<'_>,
    site: &Site,
    session: &Session,
    group: Group,
) -> Result<Option<bool>, Failure> {
    let query = Query::from(group);
    let request = PageRequest::new(site.path.clone(), query, vec![ID], 1).counted();
    let mut page = match session.page(&request, trial.now).await {
        Ok(page) => page,
        Err(Failure::QueryForbidden(_)) => return Ok(None),
        Err(failure) => return Err(failure),
    };
    let row = page.next().await?.is_some();
    Ok(Some(row || page.total().is_some_and(|total| total > 0)))
}
