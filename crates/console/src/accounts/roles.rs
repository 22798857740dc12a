use model::Role;

use crate::errors::Errors;
use crate::http::Form;

/// A role that an account may have.
#[derive(Debug)]
pub(super) struct Choice {
    pub(super) name: &'static str,
    pub(super) title: &'static str,
    pub(super) may: &'static str,
    pub(super) is_chosen: bool,
}

/// All roles, and which of them are chosen.
pub(super) fn choices(chosen: &[Role]) -> Vec<Choice> {
    let choice = |role: Role| Choice {
        name: role.name(),
        title: role.title(),
        may: may(role),
        is_chosen: chosen.contains(&role),
    };
    Role::ALL.map(choice).into()
}

/// Roles that were ticked; at least one.
pub(super) fn ticked(form: &Form) -> Result<Vec<Role>, Errors> {
    let ticked = Role::ALL.into_iter().filter(|role| form.has(role.name()));
    let ticked: Vec<_> = ticked.collect();
    if ticked.is_empty() {
        return Err(Errors::one(Role::ALL[0].name(), "Choose at least one role."));
    }
    Ok(ticked)
}

/// The titles of roles in a row.
pub(super) fn titles(roles: &[Role]) -> String {
    let titles: Vec<_> = roles.iter().map(|role| role.title()).collect();
    titles.join(", ")
}

const fn may(role: Role) -> &'static str {
    match role {
        Role::ConnectorAdministrator => "sets connections and accounts up",
        Role::IncidentViewer => "sees incidents of people",
        Role::Auditor => "sees connections, and who did what",
    }
}
