use model::{DirectoryRole, Permission, Role, TenantId};
use serde_json::{Map, Value};

/// Reads rights from claims that only issuers other than Entra have. The default maps nothing.
///
/// Keycloak, for one, puts roles into `realm_access.roles` and scopes into `scope`, and knows no
/// tenants. Its tokens count as delegated; a hard-coded claim `idtyp` = `app` in the client's
/// mappers makes a service account's tokens app-only.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ClaimMapping {
    /// Tenant of all tokens of the issuer; where set, `tid` may be absent.
    pub(crate) tenant: Option<TenantId>,
    /// Values that grant a permission.
    pub(super) permissions: Vec<ClaimGrant<Permission>>,
    /// Values that make a user an administrator.
    pub(super) roles: Vec<ClaimGrant<DirectoryRole>>,
}

/// "Where this claim holds this value, grant that."
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ClaimGrant<T> {
    /// Names of nested claims, outermost first: `["realm_access", "roles"]`.
    claim: Vec<String>,
    /// One of the blank-separated words of a text, or a member of an array.
    value: String,
    /// What it grants.
    grants: T,
}

impl<T: Copy> ClaimGrant<T> {
    /// Splits a dotted path; claim names with dots in them need the fields.
    pub(super) fn new(path: &str, value: &str, grants: T) -> Self {
        let claim = path.split('.').map(str::to_owned).collect();
        Self { claim, value: value.to_owned(), grants }
    }

    fn applies(&self, claims: &Map<String, Value>) -> bool {
        let Some((first, inner)) = self.claim.split_first() else { return false };
        let found = inner.iter().try_fold(claims.get(first), |at, name| {
            at.and_then(Value::as_object).map(|object| object.get(name))
        });
        match found.flatten() {
            Some(Value::String(text)) => text.split(' ').any(|word| word == self.value),
            Some(Value::Array(items)) => items.iter().any(|item| *item == *self.value),
            _ => false,
        }
    }
}

/// Reads roles of the console from the claims of ID tokens, standard ones or not.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RoleMapping(Vec<ClaimGrant<Role>>);

/// A text that grants nothing that exists.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidGrant {
    /// Not of the form.
    #[error("{0:?} is not of the form CLAIM:VALUE=NAME")]
    Form(String),
    /// Neither a permission nor a role.
    #[error("{0:?} is neither a permission nor a role")]
    Name(String),
    /// No role of the console.
    #[error("{0:?} is none of connectorAdministrator, incidentViewer and auditor")]
    Role(String),
}

impl ClaimMapping {
    /// Adds a grant written as `CLAIM:VALUE=NAME`, where `CLAIM` is a dotted path and `NAME` a
    /// permission or a role: `realm_access.roles:desk-admin=IntuneAdministrator`.
    pub fn grant(&mut self, text: &str) -> Result<(), InvalidGrant> {
        let [path, value, name] = parts(text)?;
        match (name.parse(), name.parse()) {
            (Ok(permission), _) => {
                self.permissions.push(ClaimGrant::new(path, value, permission));
            }
            (_, Ok(role)) => self.roles.push(ClaimGrant::new(path, value, role)),
            _ => return Err(InvalidGrant::Name(name.to_owned())),
        }
        Ok(())
    }

    pub(crate) fn permissions(&self, claims: &Map<String, Value>) -> Vec<Permission> {
        granted(&self.permissions, claims)
    }

    pub(crate) fn roles(&self, claims: &Map<String, Value>) -> Vec<DirectoryRole> {
        granted(&self.roles, claims)
    }
}

impl RoleMapping {
    /// Adds a grant written as `CLAIM:VALUE=ROLE`, where `CLAIM` is a dotted path:
    /// `roles:Desk=incidentViewer`.
    pub fn grant(&mut self, text: &str) -> Result<(), InvalidGrant> {
        let [path, value, name] = parts(text)?;
        let role = name.parse().map_err(|_unknown| InvalidGrant::Role(name.to_owned()))?;
        self.0.push(ClaimGrant::new(path, value, role));
        Ok(())
    }

    /// Whether nobody would have a role.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn roles(&self, claims: &Map<String, Value>) -> Vec<Role> {
        let mut roles = granted(&self.0, claims);
        roles.sort_unstable();
        roles.dedup();
        roles
    }
}

/// Claim, value and name of `CLAIM:VALUE=NAME`.
fn parts(text: &str) -> Result<[&str; 3], InvalidGrant> {
    let form = || InvalidGrant::Form(text.to_owned());
    let (condition, name) = text.rsplit_once('=').ok_or_else(form)?;
    let (path, value) = condition.split_once(':').ok_or_else(form)?;
    let parts = [path.trim(), value.trim(), name.trim()];
    let [path, value, _] = parts;
    if path.is_empty() || value.is_empty() { Err(form()) } else { Ok(parts) }
}

fn granted<T: Copy>(grants: &[ClaimGrant<T>], claims: &Map<String, Value>) -> Vec<T> {
    grants.iter().filter(|grant| grant.applies(claims)).map(|grant| grant.grants).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(path: &str, value: &str, expect: bool) {
        let claims = json!({
            "scope": "openid incidents",
            "realm_access": { "roles": ["helpdesk", "admin"], "n": 1 },
        });
        let grant = ClaimGrant::new(path, value, Permission::ServiceNowIncidentReadAll);
        assert_eq!(grant.applies(claims.as_object().unwrap()), expect, "{path} {value}");
    }

    #[test]
    fn grants_are_read_from_text() {
        let mut mapping = ClaimMapping::default();
        mapping.grant("realm_access.roles:desk=admin = IntuneAdministrator").unwrap();
        mapping.grant("scope:urn:incidents=ServiceNowIncident.Read.All").unwrap();
        let role =
            ClaimGrant::new("realm_access.roles", "desk=admin", DirectoryRole::IntuneAdministrator);
        assert_eq!(mapping.roles, [role]);
        let permission =
            ClaimGrant::new("scope", "urn:incidents", Permission::ServiceNowIncidentReadAll);
        assert_eq!(mapping.permissions, [permission]);
        for wrong in ["", "a", "a:b", "a=GlobalReader", ":b=GlobalReader", "a:=GlobalReader"] {
            assert!(matches!(mapping.grant(wrong), Err(InvalidGrant::Form(_))), "{wrong}");
        }
        assert!(matches!(mapping.grant("a:b=King"), Err(InvalidGrant::Name(_))));
    }

    #[test]
    fn roles_of_the_console_are_each_granted_once() {
        let mut mapping = RoleMapping::default();
        for text in ["groups:desk=incidentViewer", "roles:x=AUDITOR", "roles:y = auditor"] {
            mapping.grant(text).unwrap();
        }
        let roles = |claims: Value| mapping.roles(claims.as_object().unwrap());
        let granted = roles(json!({ "roles": ["x", "y"], "groups": "desk" }));
        assert_eq!(granted, [Role::IncidentViewer, Role::Auditor]);
        assert_eq!(roles(json!({ "roles": ["z"], "desk": true })), []);
        let error = mapping.grant("a:b=IntuneAdministrator").unwrap_err().to_string();
        assert!(error.starts_with("\"IntuneAdministrator\" is none of"), "{error}");
    }

    #[test]
    fn words_and_members_are_found_whole() {
        check("scope", "incidents", true);
        check("scope", "incident", false);
        check("scope", "openid incidents", false);
        check("realm_access.roles", "admin", true);
        check("realm_access.roles", "adm", false);
        check("realm_access.n", "1", false);
        check("realm_access", "admin", false);
        check("realm_access.roles.admin", "admin", false);
        check("absent.roles", "admin", false);
        check("", "", false);
    }
}
