use reqwest::RequestBuilder;
use reqwest::header::HeaderValue;
use secrecy::{ExposeSecret as _, SecretString};

/// What a request shows to be let in. It does not print its secrets.
///
/// Source: ServiceNow, "Basic authentication", "OAuth 2.0", "Configure API key".
#[derive(Debug, Clone)]
pub enum Authorization {
    /// An access token, in `Authorization: Bearer`.
    Bearer(SecretString),
    /// Name and password. New instances refuse people here, unless a role allows it.
    Basic {
        /// `user_name`.
        user_name: String,
        /// The password.
        password: SecretString,
    },
    /// A key, in `x-sn-apikey`.
    ApiKey(SecretString),
}

impl Authorization {
    pub(super) fn apply(&self, request: RequestBuilder) -> RequestBuilder {
        match self {
            Self::Bearer(token) => request.bearer_auth(token.expose_secret()),
            Self::Basic { user_name, password } => {
                request.basic_auth(user_name, Some(password.expose_secret()))
            }
            Self::ApiKey(key) => match HeaderValue::from_str(key.expose_secret()) {
                Ok(mut value) => {
                    value.set_sensitive(true);
                    request.header("x-sn-apikey", value)
                }
                // No header can hold it, so it is not the key of an instance either: 401.
                Err(_) => request,
            },
        }
    }
}
