use model::{Role, TenantId, Timestamp};
use serde_json::{Map, Value};
use uuid::{Builder, Uuid};

use super::OidcSignInError;
use crate::account::UserName;
use crate::crypto::sha256;
use crate::token::{Claims, Compact, RoleMapping, check_issuer, check_signature, check_times};
use crate::{KeySet, Policy, TokenRejection};

/// Whom an issuer vouches for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Person {
    pub(super) tenant: TenantId,
    /// The same at every sign-in, whatever the person is called then.
    pub(super) id: Uuid,
    pub(super) user_name: String,
    pub(super) roles: Vec<Role>,
}

/// What an ID token is judged by.
#[derive(Debug, Clone, Copy)]
pub(super) struct Expected<'a> {
    pub(super) policy: &'a Policy,
    pub(super) client_id: &'a str,
    pub(super) nonce: &'a str,
    pub(super) roles: &'a RoleMapping,
}

/// Judges an ID token.
///
/// Source: OpenID Connect Core 1.0 section 3.1.3.7.
pub(super) fn verify_id_token(
    token: &str,
    keys: &KeySet,
    now: Timestamp,
    expected: Expected<'_>,
) -> Result<Person, OidcSignInError> {
    let compact = Compact::parse(token)?;
    let key_issuer = check_signature(&compact, keys)?;
    let claims = Claims::parse(&compact.payload)?;
    if !matches!(claims.typ.as_deref(), None | Some("ID" | "JWT")) {
        return Err(OidcSignInError::Answer("the token is no ID token"));
    }
    check_times(&claims, now, expected.policy)?;
    check_audience(&claims, expected.client_id)?;
    let tenant = check_issuer(&claims, key_issuer, &compact, expected.policy)?;
    let all: Map<String, Value> = serde_json::from_slice(&compact.payload)
        .map_err(|error| TokenRejection::Claims(error.to_string()))?;
    if all.get("nonce").and_then(Value::as_str) != Some(expected.nonce) {
        return Err(OidcSignInError::Answer("the ID token has another nonce"));
    }
    let subject = claims.sub.as_deref().filter(|subject| !subject.is_empty());
    let subject = subject.ok_or(OidcSignInError::Answer("the ID token names no subject"))?;
    Ok(Person {
        tenant,
        id: account_id(&claims.iss, subject),
        user_name: user_name(&claims, &all, subject),
        roles: expected.roles.roles(&all),
    })
}

fn check_audience(claims: &Claims, client_id: &str) -> Result<(), OidcSignInError> {
    let audience = claims.aud.as_slice();
    if !audience.iter().any(|one| one == client_id) {
        return Err(TokenRejection::Audience(audience.to_vec()).into());
    }
    match claims.azp.as_deref() {
        Some(party) if party != client_id => {
            Err(OidcSignInError::Answer("the ID token is for another client"))
        }
        None if audience.len() > 1 => {
            Err(OidcSignInError::Answer("the ID token does not say which client it is for"))
        }
        _ => Ok(()),
    }
}

/// Issuer and subject are what stays the same of a person.
fn account_id(issuer: &str, subject: &str) -> Uuid {
    let hash = sha256(format!("{issuer}\n{subject}").as_bytes());
    let mut bytes = [0; 16];
    bytes.iter_mut().zip(hash).for_each(|(byte, of_hash)| *byte = of_hash);
    Builder::from_custom_bytes(bytes).into_uuid()
}

/// What the person is called here and in the audit log. Something that nobody can see is no name.
fn user_name(claims: &Claims, all: &Map<String, Value>, subject: &str) -> String {
    let email = all.get("email").and_then(Value::as_str);
    let names = [claims.user_name(), email, Some(subject)];
    let mut names = names.into_iter().flatten().filter_map(|name| name.parse::<UserName>().ok());
    names.next().map_or_else(|| "somebody without a name".to_owned(), |name| name.to_string())
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use testkit::with;

    use super::*;
    use crate::testing::{KEY, NOW, OTHER_KEY, TENANT, at, header, sign};
    use crate::{ClaimMapping, IssuerPattern, Leeway};

    const ISSUER: &str = "https://login.example/84841066-274d-4ec0-a5c1-276be684bdd3/v2.0";

    fn judge(token: &str) -> Result<Person, String> {
        let policy = Policy {
            issuer: IssuerPattern::new(ISSUER),
            audiences: Vec::new(),
            tenants: Vec::new(),
            leeway: Leeway::FOREIGN,
            mapping: ClaimMapping::default(),
        };
        let mut roles = RoleMapping::default();
        roles.grant("roles:Desk=incidentViewer").unwrap();
        let expected = Expected { policy: &policy, client_id: "me", nonce: "n", roles: &roles };
        let keys = KeySet::new([KEY.verification_key()]);
        verify_id_token(token, &keys, at(NOW), expected).map_err(|error| format!("{error:?}"))
    }

    fn claims(changes: &Value) -> Value {
        let claims = json!({
            "iss": ISSUER, "aud": "me", "tid": TENANT, "sub": "s", "nonce": "n", "exp": NOW + 300,
            "iat": NOW, "roles": ["Desk"], "preferred_username": "ada@contoso.example",
        });
        with(claims, changes)
    }

    fn check(changes: &Value) -> Result<Person, String> {
        judge(&sign(&KEY, &header(&KEY), &claims(changes)))
    }

    #[test]
    fn a_person_is_who_the_issuer_says() {
        let ada = check(&json!({})).unwrap();
        assert_eq!(ada.tenant.to_string(), TENANT);
        assert_eq!(ada.user_name, "ada@contoso.example");
        assert_eq!(ada.roles, [Role::IncidentViewer]);
        let renamed = json!({ "preferred_username": "ada@fabrikam.example", "azp": "me" });
        assert_eq!(check(&renamed).unwrap().id, ada.id);
        assert_ne!(check(&json!({ "sub": "t" })).unwrap().id, ada.id);
        let several = json!({ "aud": ["x", "me"], "azp": "me", "typ": "ID", "roles": "Other" });
        assert_eq!(check(&several).unwrap().roles, []);
        for (changes, name) in [
            (json!({ "preferred_username": null, "email": "a@b.example" }), "a@b.example"),
            (json!({ "preferred_username": "a\u{202e}b" }), "s"),
            (json!({ "preferred_username": null, "sub": "a b" }), "somebody without a name"),
        ] {
            assert_eq!(check(&changes).unwrap().user_name, name, "{changes}");
        }
    }

    #[test]
    fn whatever_is_not_as_expected_is_refused() {
        for (changes, expect) in [
            (json!({ "iss": "https://evil.example" }), "Issuer"),
            (json!({ "aud": "other" }), "Audience"),
            (json!({ "aud": ["me", "other"] }), "does not say which client"),
            (json!({ "azp": "other" }), "for another client"),
            (json!({ "exp": NOW - 301 }), "Expired"),
            (json!({ "nbf": NOW + 301 }), "NotYetValid"),
            (json!({ "nonce": "other" }), "another nonce"),
            (json!({ "nonce": null }), "another nonce"),
            (json!({ "sub": "" }), "no subject"),
            (json!({ "sub": null }), "no subject"),
            (json!({ "typ": "Refresh" }), "no ID token"),
            (json!({ "typ": "Bearer" }), "no ID token"),
            (json!({ "tid": "11111111-1111-1111-1111-111111111111" }), "Tenant"),
            (json!({ "tid": "9188040d-6c67-4c5b-b112-36a304b66dad" }), "PersonalAccount"),
        ] {
            let error = check(&changes).unwrap_err();
            assert!(error.contains(expect), "{changes}: {error}");
        }
        let forged = sign(&OTHER_KEY, &header(&KEY), &claims(&json!({})));
        assert!(judge(&forged).unwrap_err().contains("Signature"));
        let unknown = sign(&OTHER_KEY, &header(&OTHER_KEY), &claims(&json!({})));
        assert!(judge(&unknown).unwrap_err().contains("UnknownKey"));
        let none = json!({ "alg": "none" });
        assert!(judge(&sign(&KEY, &none, &claims(&json!({})))).unwrap_err().contains("Algorithm"));
    }
}
