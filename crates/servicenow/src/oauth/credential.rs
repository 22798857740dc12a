use std::time::SystemTime;

use secrecy::SecretString;

use super::{Grant, SignInFailure, Signer};
use crate::Authorization;

/// What signs in without a person being there. It does not print its secrets.
///
/// Source: ServiceNow, "OAuth 2.0", "Basic authentication", "Configure API key".
#[derive(Debug, Clone)]
pub enum Credential {
    /// The user that the instance has for the OAuth client.
    ClientCredentials {
        /// The client; the instance wants its secret.
        client: OAuthClient,
    },
    /// A user by name and password, through an OAuth client.
    Password {
        /// The client.
        client: OAuthClient,
        /// `user_name`.
        user_name: String,
        /// The password.
        password: SecretString,
    },
    /// A user who signed in once.
    RefreshToken {
        /// The client that the token was given to.
        client: OAuthClient,
        /// The token that was stored last.
        refresh_token: SecretString,
    },
    /// A user whom a signed assertion names.
    JwtBearer {
        /// The client that knows the key; the instance wants its secret, too.
        client: OAuthClient,
        /// What signs.
        signer: Signer,
    },
    /// No OAuth: the same with every request.
    Fixed(Authorization),
}

/// A registered application.
///
/// Source: ServiceNow, "Create an OAuth application registry".
#[derive(Debug, Clone)]
pub struct OAuthClient {
    /// `client_id`.
    pub id: String,
    /// `client_secret`; a public client has none.
    pub secret: Option<SecretString>,
}

impl Credential {
    /// What is asked for next; `newest` is the refresh token that came last.
    pub(super) fn grant(
        &self,
        newest: Option<&SecretString>,
        now: SystemTime,
    ) -> Result<Grant, SignInFailure> {
        Ok(match self.clone() {
            Self::ClientCredentials { client } => Grant::ClientCredentials { client },
            Self::Password { client, user_name, password } => {
                Grant::Password { client, user_name, password }
            }
            Self::RefreshToken { client, refresh_token } => {
                let refresh_token = newest.cloned().unwrap_or(refresh_token);
                Grant::RefreshToken { client, refresh_token }
            }
            Self::JwtBearer { client, signer } => {
                let assertion = signer.sign(&client.id, now).map_err(SignInFailure::NotSigned)?;
                Grant::JwtBearer { client, assertion }
            }
            Self::Fixed(_) => return Err(SignInFailure::NoToken),
        })
    }
}
