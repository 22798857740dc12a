use model::{Credential, CredentialKind};
use servicenow::{Authorization, OAuthClient, Signer, SigningKeyError};

/// A stored credential cannot be signed in with.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// OAuth needs a client.
    #[error("authenticationMethod has no appId, which is the OAuth client id for {}", .0.name())]
    NoAppId(CredentialKind),
    /// The key of the credential does not sign.
    #[error(transparent)]
    SigningKey(#[from] SigningKeyError),
}

/// What signs in with the stored credential as the OAuth client `app_id`.
pub fn sign_in(
    credential: &Credential,
    app_id: Option<&str>,
) -> Result<servicenow::Credential, SignInError> {
    let kind = credential.kind();
    let client = |secret| {
        let id = app_id.filter(|id| !id.is_empty()).ok_or(SignInError::NoAppId(kind))?;
        Ok::<_, SignInError>(OAuthClient { id: id.to_owned(), secret: Some(secret) })
    };
    Ok(match credential.clone() {
        Credential::ClientCredentials { client_secret } => {
            servicenow::Credential::ClientCredentials { client: client(client_secret)? }
        }
        Credential::Password { client_secret, user_name, password } => {
            let client = client(client_secret)?;
            servicenow::Credential::Password { client, user_name, password }
        }
        Credential::RefreshToken { client_secret, refresh_token } => {
            servicenow::Credential::RefreshToken { client: client(client_secret)?, refresh_token }
        }
        Credential::JwtBearer { client_secret, private_key, key_id, subject } => {
            let signer = Signer::new(&private_key, key_id, subject)?;
            servicenow::Credential::JwtBearer { client: client(client_secret)?, signer }
        }
        Credential::ApiKey { api_key } => {
            servicenow::Credential::Fixed(Authorization::ApiKey(api_key))
        }
        Credential::Basic { user_name, password } => {
            servicenow::Credential::Fixed(Authorization::Basic { user_name, password })
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_oauth_needs_a_client() {
        let secret = || "s".to_owned().into();
        let oauth = Credential::ClientCredentials { client_secret: secret() };
        let key = Credential::ApiKey { api_key: secret() };
        assert!(sign_in(&oauth, Some("c")).is_ok());
        for missing in [None, Some("")] {
            let error = sign_in(&oauth, missing).unwrap_err().to_string();
            assert!(error.contains("appId") && error.contains("clientCredentials"), "{error}");
            assert!(sign_in(&key, missing).is_ok());
        }
        let jwt = Credential::JwtBearer {
            client_secret: secret(),
            private_key: secret(),
            key_id: "k".to_owned(),
            subject: "u".to_owned(),
        };
        assert!(matches!(sign_in(&jwt, Some("c")), Err(SignInError::SigningKey(_))));
    }
}
