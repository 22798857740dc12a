//! From proven claims to the words of the domain.

use std::collections::BTreeSet;

use model::{Caller, DirectoryRole, Permission, Principal, TenantId};
use uuid::Uuid;

use super::ClaimMapping;
use super::claims::{Claims, OneOrMany};

pub(crate) fn principal(claims: &Claims, tenant: TenantId, mapping: &ClaimMapping) -> Principal {
    let application = claims.application().unwrap_or_default().to_owned();
    let object_id = claims.oid.as_deref().or(claims.sub.as_deref()).unwrap_or_default().to_owned();
    let mut permissions = BTreeSet::from_iter(mapping.permissions(&claims.others));
    let caller = if is_application(claims) {
        permissions.extend(named(values(claims.roles.as_ref()).iter().map(String::as_str)));
        Caller::Application { object_id }
    } else {
        permissions.extend(named(claims.scp.iter().flat_map(|scopes| scopes.split(' '))));
        let mut roles = BTreeSet::from_iter(mapping.roles(&claims.others));
        roles.extend(values(claims.wids.as_ref()).iter().filter_map(|id| role(id)));
        let name = claims.user_name().map(str::to_owned);
        Caller::User { object_id, name, roles: roles.into_iter().collect() }
    };
    Principal { tenant, application, caller, permissions: permissions.into_iter().collect() }
}

/// The order matters: a token with `scp` is a user's even where the user has app `roles`, which
/// must not stand in for permissions of the application. A token without `idtyp` and `scp` counts
/// as app-only just where it names its client, as all of Entra's access tokens do and its ID
/// tokens (which may carry a user's `roles`) do not.
fn is_application(claims: &Claims) -> bool {
    match claims.idtyp.as_deref() {
        Some(kind) => kind == "app",
        None => claims.scp.is_none() && claims.roles.is_some() && claims.application().is_some(),
    }
}

fn named<'a>(names: impl Iterator<Item = &'a str>) -> impl Iterator<Item = Permission> {
    names.filter_map(|name| name.parse().ok())
}

/// By template id only: a role's name proves nothing in a token.
fn role(template_id: &str) -> Option<DirectoryRole> {
    let id = Uuid::try_parse(template_id).ok()?;
    DirectoryRole::ALL.into_iter().find(|role| role.template_id() == id)
}

fn values(claim: Option<&OneOrMany>) -> &[String] {
    claim.map(OneOrMany::as_slice).unwrap_or_default()
}
