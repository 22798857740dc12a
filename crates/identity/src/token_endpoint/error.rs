use std::error::Error;

use serde::Serialize;
use uuid::Uuid;

/// Why the token endpoint gives no token: the codes of RFC 6749 section 5.2, with descriptions
/// that begin as Entra's do, so that tools which look for `AADSTS…` find it.
#[derive(Debug, thiserror::Error)]
pub enum OAuthError {
    /// A parameter is absent or empty.
    #[error("AADSTS900144: The request body must contain the following parameter: '{0}'.")]
    MissingParameter(&'static str),
    /// A parameter occurs twice.
    #[error("AADSTS90014: The parameter '{0}' must occur once only.")]
    RepeatedParameter(&'static str),
    /// A secret in the body and an `Authorization` header besides.
    #[error("AADSTS90014: The client must authenticate in one way only.")]
    TwoAuthentications,
    /// An `Authorization` header that is not Basic or not readable.
    #[error("AADSTS90014: The Authorization header is not readable as Basic credentials.")]
    UnreadableAuthorization,
    /// The address names no tenant.
    #[error("AADSTS90002: Tenant not found; a tenant is named by its GUID.")]
    UnknownTenant,
    /// Already the request as such cannot be read.
    #[error("AADSTS90014: The request is not readable: {0}")]
    Unreadable(String),
    /// Another grant than `client_credentials`.
    #[error("AADSTS70003: The grant type is not supported; use 'client_credentials'.")]
    UnsupportedGrantType,
    /// Not one `…/.default`.
    #[error("AADSTS1002012: The scope is not valid; use one scope that ends with '/.default'.")]
    InvalidScope,
    /// Not registered in the tenant.
    #[error("AADSTS700016: Application with identifier '{0}' was not found in the directory.")]
    UnknownClient(ClientId),
    /// The secret is none of the application's, or has expired.
    #[error("AADSTS7000215: Invalid client secret provided.")]
    InvalidSecret,
    /// Something here fails; the same request may succeed later.
    #[error("AADSTS90033: The service is temporarily unavailable. Please retry later.")]
    Unavailable(#[source] Box<dyn Error + Send + Sync>),
}

/// An identifier as it was sent; only a GUID is repeated in answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientId(Option<Uuid>);

/// The body of an error response.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OAuthErrorBody {
    error: &'static str,
    error_description: String,
    error_codes: [u32; 1],
}

impl OAuthError {
    /// The status; 401 calls for `WWW-Authenticate: Basic` where the client used that.
    pub const fn status(&self) -> u16 {
        match self {
            Self::UnknownClient(_) | Self::InvalidSecret => 401,
            Self::Unavailable(_) => 503,
            Self::MissingParameter(_)
            | Self::RepeatedParameter(_)
            | Self::TwoAuthentications
            | Self::UnreadableAuthorization
            | Self::UnknownTenant
            | Self::Unreadable(_)
            | Self::UnsupportedGrantType
            | Self::InvalidScope => 400,
        }
    }

    /// `error` of the response.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::MissingParameter(_)
            | Self::RepeatedParameter(_)
            | Self::TwoAuthentications
            | Self::UnreadableAuthorization
            | Self::UnknownTenant
            | Self::Unreadable(_) => "invalid_request",
            Self::UnsupportedGrantType => "unsupported_grant_type",
            Self::InvalidScope => "invalid_scope",
            Self::UnknownClient(_) | Self::InvalidSecret => "invalid_client",
            Self::Unavailable(_) => "temporarily_unavailable",
        }
    }

    /// The whole body.
    pub fn body(&self) -> OAuthErrorBody {
        OAuthErrorBody {
            error: self.code(),
            error_description: self.to_string(),
            error_codes: [self.number()],
        }
    }

    const fn number(&self) -> u32 {
        match self {
            Self::MissingParameter(_) => 900_144,
            Self::RepeatedParameter(_)
            | Self::TwoAuthentications
            | Self::UnreadableAuthorization
            | Self::Unreadable(_) => 90014,
            Self::UnknownTenant => 90002,
            Self::UnsupportedGrantType => 70003,
            Self::InvalidScope => 1_002_012,
            Self::UnknownClient(_) => 700_016,
            Self::InvalidSecret => 7_000_215,
            Self::Unavailable(_) => 90033,
        }
    }
}

impl ClientId {
    pub(crate) fn new(text: &str) -> Self {
        Self(Uuid::try_parse(text).ok())
    }

    pub(crate) fn uuid(&self) -> Option<Uuid> {
        self.0
    }
}

impl std::fmt::Display for ClientId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.0 {
            Some(id) => id.as_hyphenated().fmt(f),
            None => f.write_str("(not a GUID)"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_have_the_fields_that_clients_read() {
        let error = OAuthError::UnknownClient(ClientId::new("<script>"));
        let json = serde_json::to_value(error.body()).unwrap();
        assert_eq!((error.status(), &json["error"]), (401, &"invalid_client".into()));
        assert_eq!(json["error_codes"][0], 700_016);
        let description = json["error_description"].as_str().unwrap();
        assert!(description.starts_with("AADSTS700016: "), "{description}");
        assert!(!description.contains("script"), "{description}");
    }
}
