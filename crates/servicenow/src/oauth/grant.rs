use secrecy::{ExposeSecret as _, SecretString};
use url::form_urlencoded::Serializer;

use super::{OAuthClient, Verifier};

/// What a token is asked for with. It does not print its secrets.
///
/// Source: ServiceNow, "OAuth API request parameters"; RFC 6749, RFC 7636.
#[derive(Debug, Clone)]
pub enum Grant {
    /// `client_credentials`
    ClientCredentials {
        /// The client.
        client: OAuthClient,
    },
    /// `password`
    Password {
        /// The client.
        client: OAuthClient,
        /// `username`
        user_name: String,
        /// `password`
        password: SecretString,
    },
    /// `refresh_token`
    RefreshToken {
        /// The client that the token was given to.
        client: OAuthClient,
        /// `refresh_token`
        refresh_token: SecretString,
    },
    /// `authorization_code`
    AuthorizationCode {
        /// The client that the person allowed.
        client: OAuthClient,
        /// `code`, good once and for a minute or so.
        code: SecretString,
        /// `redirect_uri`, the very one that the person was sent with.
        redirect_uri: String,
        /// `code_verifier`, where the person was sent with its challenge.
        verifier: Option<Verifier>,
    },
    /// `urn:ietf:params:oauth:grant-type:jwt-bearer`
    JwtBearer {
        /// The client that knows the key.
        client: OAuthClient,
        /// `assertion`
        assertion: SecretString,
    },
}

pub(super) const JWT_BEARER: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";

impl Grant {
    /// `grant_type`.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::ClientCredentials { .. } => "client_credentials",
            Self::Password { .. } => "password",
            Self::RefreshToken { .. } => "refresh_token",
            Self::AuthorizationCode { .. } => "authorization_code",
            Self::JwtBearer { .. } => JWT_BEARER,
        }
    }

    /// The body of the request. The client stands in it, not in a header, which is what the
    /// vendor documents.
    pub(crate) fn form(&self) -> String {
        let mut form = Serializer::new(String::new());
        form.append_pair("grant_type", self.kind());
        let client = match self {
            Self::ClientCredentials { client } => client,
            Self::Password { client, user_name, password } => {
                form.append_pair("username", user_name);
                form.append_pair("password", password.expose_secret());
                client
            }
            Self::RefreshToken { client, refresh_token } => {
                form.append_pair("refresh_token", refresh_token.expose_secret());
                client
            }
            Self::JwtBearer { client, assertion } => {
                form.append_pair("assertion", assertion.expose_secret());
                client
            }
            Self::AuthorizationCode { client, code, redirect_uri, verifier } => {
                form.append_pair("code", code.expose_secret());
                form.append_pair("redirect_uri", redirect_uri);
                if let Some(verifier) = verifier {
                    form.append_pair("code_verifier", verifier.expose());
                }
                client
            }
        };
        form.append_pair("client_id", &client.id);
        if let Some(secret) = &client.secret {
            form.append_pair("client_secret", secret.expose_secret());
        }
        form.finish()
    }
}
