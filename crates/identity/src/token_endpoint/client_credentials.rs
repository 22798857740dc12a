use std::fmt;

use model::{Rng, TenantId, Timestamp};
use serde::Serialize;
use store::Store;

use super::{OAuthError, TokenForm};
use crate::application::ClientSecret;
use crate::builtin::{BuiltinIssuer, SigningKeys, Subject, TOKEN_LIFETIME, TokenRequest};

/// What the token endpoint of a tenant works with.
#[derive(Debug, Clone)]
pub struct TokenEndpoint {
    /// Where applications are registered.
    pub store: Store,
    /// What signs.
    pub keys: SigningKeys,
    /// In whose name.
    pub issuer: BuiltinIssuer,
}

/// The body of a successful response (RFC 6749 section 5.1, and Entra's `ext_expires_in`).
#[derive(Clone, Serialize)]
pub struct TokenResponse {
    token_type: &'static str,
    expires_in: i64,
    ext_expires_in: i64,
    access_token: String,
}

impl TokenEndpoint {
    /// Exchanges an application's secret for an access token (RFC 6749 section 4.4).
    pub async fn client_credentials(
        &self,
        tenant: TenantId,
        form: TokenForm,
        now: Timestamp,
        rng: &dyn Rng,
    ) -> Result<TokenResponse, OAuthError> {
        let id = form.client_id.uuid();
        let found = match id {
            Some(id) => self.store.load_application(tenant, id).await.map_err(unavailable)?,
            None => None,
        };
        let Some(application) = found else {
            return Err(OAuthError::UnknownClient(form.client_id));
        };
        let presented = ClientSecret::presented(form.client_secret);
        // Every secret is compared, so that the time taken does not tell which one came close.
        let valid = application
            .secrets
            .iter()
            .filter(|secret| secret.expires.is_none_or(|expires| now < expires))
            .filter(|secret| presented.matches(&secret.hash))
            .count();
        if valid == 0 {
            return Err(OAuthError::InvalidSecret);
        }
        let request = TokenRequest {
            tenant,
            subject: Subject::App { id: application.app_id, name: application.name },
            permissions: application.permissions,
            lifetime: TOKEN_LIFETIME,
        };
        let key = self.keys.newest().await.map_err(unavailable)?;
        let access_token = self.issuer.mint(&key, &request, now, rng).map_err(unavailable)?;
        Ok(TokenResponse {
            token_type: "Bearer",
            expires_in: TOKEN_LIFETIME,
            ext_expires_in: TOKEN_LIFETIME,
            access_token,
        })
    }
}

impl TokenResponse {
    /// The token itself.
    pub fn access_token(&self) -> &str {
        &self.access_token
    }
}

impl fmt::Debug for TokenResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenResponse")
            .field("expires_in", &self.expires_in)
            .finish_non_exhaustive()
    }
}

fn unavailable(error: impl std::error::Error + Send + Sync + 'static) -> OAuthError {
    OAuthError::Unavailable(Box::new(error))
}

#[cfg(test)]
mod tests {
    use model::Permission;
    use secrecy::{ExposeSecret as _, SecretString};
    use testkit::{SeededRng, TestDatabase};
    use uuid::Uuid;

    use super::*;
    use crate::testing::{NOW, TENANT, at};
    use crate::{
        Access, Authenticator, RegisterError, add_application_secret, authorize,
        register_application,
    };

    struct Fixture {
        _database: TestDatabase,
        endpoint: TokenEndpoint,
        tenant: TenantId,
        app: Uuid,
        rng: SeededRng,
    }

    impl Fixture {
        async fn new() -> Self {
            let database = TestDatabase::sqlite();
            let store = database.open().await;
            let keys = SigningKeys::new(store.clone());
            let issuer = BuiltinIssuer::new(None);
            let (tenant, rng) = (TENANT.parse().unwrap(), SeededRng::new(1));
            let permissions = vec![Permission::DeviceManagementConfigurationReadWriteAll];
            let app =
                register_application(&store, tenant, " ci ", permissions, at(NOW), &rng).await;
            let app = app.unwrap().app_id;
            let endpoint = TokenEndpoint { store, keys, issuer };
            Self { _database: database, endpoint, tenant, app, rng }
        }

        async fn secret(&self, expires: Option<Timestamp>) -> (Uuid, SecretString) {
            let store = &self.endpoint.store;
            let added =
                add_application_secret(store, self.tenant, self.app, expires, at(NOW), &self.rng);
            let secret = added.await.unwrap().unwrap();
            (secret.id, secret.text)
        }

        async fn ask(&self, tenant: TenantId, secret: &str) -> Result<TokenResponse, OAuthError> {
            let body = format!(
                "grant_type=client_credentials&client_id={}&client_secret={secret}&scope=x/.default",
                self.app
            );
            let form = TokenForm::parse(&body, None).unwrap();
            self.endpoint.client_credentials(tenant, form, at(NOW), &self.rng).await
        }

        #[track_caller]
        fn refused(answer: Result<TokenResponse, OAuthError>, code: u32) {
            let body = serde_json::to_value(answer.unwrap_err().body()).unwrap();
            assert_eq!(
                (&body["error"], &body["error_codes"][0]),
                (&"invalid_client".into(), &code.into())
            );
        }
    }

    #[tokio::test]
    async fn a_secret_is_exchanged_for_a_token_that_is_believed() {
        let fixture = Fixture::new().await;
        let (_, secret) = fixture.secret(None).await;
        let response = fixture.ask(fixture.tenant, secret.expose_secret()).await.unwrap();
        let json = serde_json::to_value(&response).unwrap();
        assert_eq!((&json["token_type"], &json["expires_in"]), (&"Bearer".into(), &3599.into()));
        assert!(!format!("{response:?}").contains(response.access_token()));
        let endpoint = &fixture.endpoint;
        let serve = Authenticator::builtin(endpoint.keys.clone(), &endpoint.issuer, Vec::new());
        let header = format!("Bearer {}", response.access_token());
        let principal = serve.authenticate(Some(&header), at(NOW + 3598)).await.unwrap();
        assert_eq!(principal.application, fixture.app.to_string());
        assert_eq!(principal.tenant, fixture.tenant);
        assert_eq!(authorize(&principal, Access::WriteConnections), Ok(()));
    }

    #[tokio::test]
    async fn only_a_living_secret_of_the_application_will_do() {
        let fixture = Fixture::new().await;
        Fixture::refused(fixture.ask(fixture.tenant, "none").await, 7_000_215);
        let (_, expired) = fixture.secret(Some(at(NOW))).await;
        Fixture::refused(fixture.ask(fixture.tenant, expired.expose_secret()).await, 7_000_215);
        let (id, secret) = fixture.secret(Some(at(NOW + 1))).await;
        let (_, second) = fixture.secret(None).await;
        assert!(fixture.ask(fixture.tenant, secret.expose_secret()).await.is_ok());
        assert!(fixture.ask(fixture.tenant, second.expose_secret()).await.is_ok());
        let elsewhere = TenantId::from_uuid(Uuid::from_u128(1));
        Fixture::refused(fixture.ask(elsewhere, secret.expose_secret()).await, 700_016);
        let store = &fixture.endpoint.store;
        store.remove_application_secret(fixture.tenant, fixture.app, id).await.unwrap();
        Fixture::refused(fixture.ask(fixture.tenant, secret.expose_secret()).await, 7_000_215);
        store.delete_application(fixture.tenant, fixture.app).await.unwrap();
        Fixture::refused(fixture.ask(fixture.tenant, second.expose_secret()).await, 700_016);
    }

    #[tokio::test]
    async fn applications_have_readable_names() {
        let fixture = Fixture::new().await;
        let store = &fixture.endpoint.store;
        let listed = store.list_applications(fixture.tenant).await.unwrap();
        assert_eq!(listed.first().unwrap().name, "ci");
        for name in ["", "  ", "a\u{7}b", &"n".repeat(121)] {
            let refused = register_application(
                store,
                fixture.tenant,
                name,
                Vec::new(),
                at(NOW),
                &fixture.rng,
            );
            assert!(matches!(refused.await, Err(RegisterError::Name)), "{name:?}");
        }
        let missing = add_application_secret(
            store,
            fixture.tenant,
            Uuid::from_u128(1),
            None,
            at(NOW),
            &fixture.rng,
        );
        assert!(missing.await.unwrap().is_none());
    }
}
