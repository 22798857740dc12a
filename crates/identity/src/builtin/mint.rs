use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use model::{DirectoryRole, Permission, Rng, TenantId, Timestamp};
use serde::Serialize;
use uuid::{Builder, Uuid};

use super::{BuiltinIssuer, SigningKey, SigningKeyError};
use crate::crypto::sha256;

/// What an access token shall say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenRequest {
    /// Tenant that it is for.
    pub tenant: TenantId,
    /// On whose behalf.
    pub subject: Subject,
    /// Granted permissions: `roles` of an application's token, `scp` of a user's.
    pub permissions: Vec<Permission>,
    /// Seconds until it expires.
    pub lifetime: i64,
}

/// On whose behalf a token speaks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// An application itself.
    App {
        /// Client id.
        id: Uuid,
        /// Name for people.
        name: String,
    },
    /// A user, through nowgraph's own command line.
    User {
        /// User principal name.
        upn: String,
        /// The user's administrator roles.
        roles: Vec<DirectoryRole>,
    },
}

/// Claims in the shape of Entra's v2.0 access tokens.
#[derive(Serialize)]
struct Claims<'a> {
    aud: &'a str,
    iss: String,
    iat: i64,
    nbf: i64,
    exp: i64,
    azp: String,
    azpacr: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    app_displayname: Option<&'a str>,
    idtyp: &'static str,
    oid: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    preferred_username: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    roles: Vec<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    scp: Option<String>,
    sub: String,
    tid: String,
    uti: String,
    ver: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    wids: Vec<String>,
}

/// Name of the client that users' tokens are issued to.
const COMMAND_LINE: &str = "nowgraph";

impl Subject {
    /// An application that is not registered: the same name in the same tenant always has the
    /// same ids.
    pub fn app_named(tenant: TenantId, name: &str) -> Self {
        Self::App { id: derived_id(tenant, "application", name), name: name.to_owned() }
    }
}

impl BuiltinIssuer {
    /// Signs an access token that is valid from now on.
    pub fn mint(
        &self,
        key: &SigningKey,
        request: &TokenRequest,
        now: Timestamp,
        rng: &dyn Rng,
    ) -> Result<String, SigningKeyError> {
        let tenant = request.tenant;
        let names: Vec<_> = request.permissions.iter().map(|each| each.name()).collect();
        let mut claims = Claims {
            aud: self.audience(),
            iss: self.issuer(tenant),
            iat: now.unix_seconds(),
            nbf: now.unix_seconds(),
            exp: now.plus_seconds(request.lifetime).unix_seconds(),
            azp: String::new(),
            azpacr: "1",
            app_displayname: None,
            idtyp: "app",
            oid: String::new(),
            preferred_username: None,
            roles: Vec::new(),
            scp: None,
            sub: String::new(),
            tid: tenant.to_string(),
            uti: token_id(rng),
            ver: "2.0",
            wids: Vec::new(),
        };
        match &request.subject {
            Subject::App { id, name } => {
                claims.azp = id.to_string();
                claims.app_displayname = Some(name);
                claims.oid = derived_id(tenant, "servicePrincipal", &claims.azp).to_string();
                claims.sub.clone_from(&claims.oid);
                claims.roles = names;
            }
            Subject::User { upn, roles } => {
                claims.azp = derived_id(tenant, "application", COMMAND_LINE).to_string();
                claims.azpacr = "0";
                claims.idtyp = "user";
                // Principal names ignore case.
                claims.oid = derived_id(tenant, "user", &upn.to_lowercase()).to_string();
                claims.sub = pairwise(&claims.oid, &claims.azp);
                claims.preferred_username = Some(upn);
                claims.scp = Some(names.join(" "));
                claims.wids = roles.iter().map(|role| role.template_id().to_string()).collect();
            }
        }
        key.sign(&claims)
    }
}

/// SHA-256 over the parts, each with its length so that no two lists of parts look alike.
pub(crate) fn digest(parts: &[&[u8]]) -> [u8; 32] {
    let mut text = Vec::new();
    for part in parts {
        text.extend_from_slice(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        text.extend_from_slice(part);
    }
    sha256(&text)
}

/// A name-based GUID: version 8 of RFC 9562 over SHA-256.
fn derived_id(tenant: TenantId, kind: &str, name: &str) -> Uuid {
    let hash = digest(&[tenant.uuid().as_bytes(), kind.as_bytes(), name.as_bytes()]);
    let mut id = [0; 16];
    for (to, from) in id.iter_mut().zip(hash) {
        *to = from;
    }
    Builder::from_custom_bytes(id).into_uuid()
}

/// Entra's `sub` differs from client to client.
fn pairwise(object_id: &str, client: &str) -> String {
    URL_SAFE_NO_PAD.encode(digest(&[object_id.as_bytes(), client.as_bytes()]))
}

fn token_id(rng: &dyn Rng) -> String {
    let mut bytes = [0; 16];
    rng.fill(&mut bytes);
    URL_SAFE_NO_PAD.encode(bytes)
}

#[cfg(test)]
mod tests {
    use model::{Caller, Principal};
    use testkit::SeededRng;

    use super::*;
    use crate::testing::{KEY, NOW, TENANT, at};
    use crate::{KeySet, TokenRejection, verify};

    const ALL: [Permission; 4] = Permission::ALL;

    fn tenant() -> TenantId {
        TENANT.parse().unwrap()
    }

    fn minted(issuer: &BuiltinIssuer, subject: Subject, lifetime: i64) -> String {
        let request =
            TokenRequest { tenant: tenant(), subject, permissions: ALL.to_vec(), lifetime };
        issuer.mint(&KEY, &request, at(NOW), &SeededRng::new(1)).unwrap()
    }

    fn judge(issuer: &BuiltinIssuer, token: &str, now: i64) -> Result<Principal, TokenRejection> {
        let keys = KeySet::new([KEY.verification_key()]);
        verify(token, &keys, at(now), &issuer.policy(Vec::new())).map(|verified| verified.principal)
    }

    #[test]
    fn minted_tokens_verify_until_they_expire() {
        let user = Subject::User {
            upn: "Ada@contoso.example".to_owned(),
            roles: vec![DirectoryRole::IntuneAdministrator],
        };
        for public_url in [None, Some("https://graph.contoso.example"), Some("https://a.example/")]
        {
            let issuer = BuiltinIssuer::new(public_url);
            for subject in [user.clone(), Subject::app_named(tenant(), "ci")] {
                let token = minted(&issuer, subject, 60);
                let principal = judge(&issuer, &token, NOW).unwrap();
                assert_eq!((principal.tenant, principal.permissions), (tenant(), ALL.to_vec()));
                assert!(judge(&issuer, &token, NOW + 59).is_ok());
                let expired = judge(&issuer, &token, NOW + 60);
                assert_eq!(expired, Err(TokenRejection::Expired(at(NOW + 60))));
            }
        }
    }

    #[test]
    fn tokens_of_another_public_url_are_meant_for_others() {
        let token = minted(&BuiltinIssuer::new(None), Subject::app_named(tenant(), "ci"), 60);
        let rejection = judge(&BuiltinIssuer::new(Some("https://a.example")), &token, NOW);
        assert!(matches!(rejection, Err(TokenRejection::Audience(_))));
    }

    #[test]
    fn the_same_names_have_the_same_ids() {
        let issuer = BuiltinIssuer::new(None);
        let object_id =
            |subject| match judge(&issuer, &minted(&issuer, subject, 60), NOW).unwrap().caller {
                Caller::Application { object_id } | Caller::User { object_id, .. } => object_id,
            };
        let user = |upn: &str| Subject::User { upn: upn.to_owned(), roles: Vec::new() };
        assert_eq!(object_id(user("ada@contoso.example")), object_id(user("ADA@contoso.example")));
        assert_ne!(object_id(user("ada@contoso.example")), object_id(user("eve@contoso.example")));
        let app = |name| Subject::app_named(tenant(), name);
        assert_eq!(object_id(app("ci")), object_id(app("ci")));
        assert_ne!(object_id(app("ci")), object_id(app("CI")));
        let elsewhere = TenantId::from_uuid(Uuid::from_u128(1));
        assert_ne!(app("ci"), Subject::app_named(elsewhere, "ci"));
    }

    #[test]
    fn two_tokens_are_never_the_same() {
        let issuer = BuiltinIssuer::new(None);
        let rng = SeededRng::new(1);
        let request = TokenRequest {
            tenant: tenant(),
            subject: Subject::app_named(tenant(), "ci"),
            permissions: Vec::new(),
            lifetime: 60,
        };
        let mint = || issuer.mint(&KEY, &request, at(NOW), &rng).unwrap();
        assert_ne!(mint(), mint());
    }
}
