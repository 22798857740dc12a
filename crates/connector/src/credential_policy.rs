use model::{AuthenticationMethod, Connection, Credential, CredentialKind, Origin};

use crate::{SignInError, sign_in};

/// Which stored credentials are sent at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CredentialPolicy {
    /// Whether Basic authentication is allowed.
    pub basic: bool,
}

/// Why a stored credential is not sent.
#[derive(Debug, thiserror::Error)]
pub enum CredentialRefusal {
    /// The connection leads to another instance than when the credential was set.
    #[error(
        "the credential was set for {}, but the connection leads to {}; set it again",
        name(set_for.as_ref()),
        name(leads_to.as_ref())
    )]
    OtherInstance {
        /// Where it may be sent.
        set_for: Option<Origin>,
        /// Where it would be sent.
        leads_to: Option<Origin>,
    },
    /// Basic authentication, while it is not allowed.
    #[error("the credential is of kind basic, which credentials.basic does not allow")]
    BasicNotAllowed,
    /// Nothing can be signed in with it.
    #[error(transparent)]
    SignIn(#[from] SignInError),
}

impl CredentialPolicy {
    /// Whether a credential of that kind may be set.
    pub fn allows(self, kind: CredentialKind) -> bool {
        self.basic || kind != CredentialKind::Basic
    }

    /// What signs in for the connection with its credential, which was set for `set_for`.
    pub fn sign_in(
        self,
        connection: &Connection,
        credential: &Credential,
        set_for: Option<&Origin>,
    ) -> Result<servicenow::Credential, CredentialRefusal> {
        let leads_to = connection.origin();
        if leads_to.is_none() || leads_to.as_ref() != set_for {
            let set_for = set_for.cloned();
            return Err(CredentialRefusal::OtherInstance { set_for, leads_to });
        }
        if !self.allows(credential.kind()) {
            return Err(CredentialRefusal::BasicNotAllowed);
        }
        let app_id = connection.authentication_method.as_ref().and_then(|method| {
            let AuthenticationMethod::OauthSecret(secret) = method;
            secret.app_id.as_deref()
        });
        Ok(sign_in(credential, app_id)?)
    }
}

fn name(origin: Option<&Origin>) -> String {
    origin.map_or_else(|| "no instance".to_owned(), Origin::to_string)
}

#[cfg(test)]
mod tests {
    use model::{ConnectionDraft, ConnectionId, OauthSecret, PlainHttpHosts, TenantId, Timestamp};

    use super::*;

    const ALL: CredentialPolicy = CredentialPolicy { basic: true };

    fn connection(instance: Option<&str>, app_id: Option<&str>) -> Connection {
        let app_id = app_id.map(str::to_owned);
        let method = AuthenticationMethod::OauthSecret(OauthSecret { app_id });
        let draft = ConnectionDraft {
            instance_url: instance.map(str::to_owned),
            authentication_method: Some(method),
            ..ConnectionDraft::default()
        };
        let nil = uuid::Uuid::nil();
        let ids = (TenantId::from_uuid(nil), ConnectionId::from_uuid(nil));
        let none = PlainHttpHosts::default();
        Connection::create(draft, ids, Timestamp::from_unix(0, 0), &none).unwrap()
    }

    fn check(
        policy: CredentialPolicy,
        connection: &Connection,
        json: &str,
        set_for: Option<&str>,
        expect: Result<(), &str>,
    ) {
        let credential = Credential::from_json(json.as_bytes()).unwrap();
        let set_for = set_for.and_then(Origin::of);
        let got = policy.sign_in(connection, &credential, set_for.as_ref());
        let got = got.map(drop).map_err(|refusal| refusal.to_string());
        assert_eq!(got.as_ref().map(drop).map_err(String::as_str), expect, "{json}");
    }

    const CONTOSO: Option<&str> = Some("https://contoso.service-now.com");
    const CLIENT: &str = r#"{"kind":"clientCredentials","clientSecret":"s"}"#;
    const KEY: &str = r#"{"kind":"apiKey","apiKey":"k"}"#;
    const BASIC: &str = r#"{"kind":"basic","userName":"u","password":"p"}"#;

    #[test]
    fn a_credential_goes_nowhere_but_where_it_was_set_for() {
        let contoso = connection(CONTOSO, Some("app"));
        check(ALL, &contoso, CLIENT, CONTOSO, Ok(()));
        check(ALL, &contoso, CLIENT, Some("HTTPS://CONTOSO.service-now.com:443/x"), Ok(()));
        let other = "the credential was set for https://other.service-now.com:443, but the \
                     connection leads to https://contoso.service-now.com:443; set it again";
        check(ALL, &contoso, KEY, Some("https://other.service-now.com"), Err(other));
        let unset = "the credential was set for no instance, but the connection leads to \
                     https://contoso.service-now.com:443; set it again";
        check(ALL, &contoso, KEY, None, Err(unset));
        let nowhere = "the credential was set for no instance, but the connection leads to no \
                       instance; set it again";
        check(ALL, &connection(None, Some("app")), KEY, None, Err(nowhere));
    }

    #[test]
    fn the_kind_has_to_be_allowed_and_possible() {
        let contoso = connection(CONTOSO, None);
        check(ALL, &contoso, BASIC, CONTOSO, Ok(()));
        check(ALL, &contoso, KEY, CONTOSO, Ok(()));
        let refused = "the credential is of kind basic, which credentials.basic does not allow";
        check(CredentialPolicy { basic: false }, &contoso, BASIC, CONTOSO, Err(refused));
        check(CredentialPolicy { basic: false }, &contoso, KEY, CONTOSO, Ok(()));
        let missing = "authenticationMethod has no appId, which is the OAuth client id for \
                       clientCredentials";
        check(ALL, &contoso, CLIENT, CONTOSO, Err(missing));
    }
}
