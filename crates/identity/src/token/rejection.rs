use model::{TenantId, Timestamp};

/// Why an access token is not believed. `Display` is for the log, [`message`](Self::message) for
/// the caller.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TokenRejection {
    /// There is no token.
    #[error("no bearer token in the request")]
    Empty,
    /// Longer than [`MAX_TOKEN_BYTES`](crate::MAX_TOKEN_BYTES).
    #[error("token of {0} bytes")]
    TooLarge(usize),
    /// Not three parts of base64url with JSON objects in the first two.
    #[error("token is not a compact JWS: {0}")]
    Malformed(&'static str),
    /// `crit` asks for extensions (RFC 7515 section 4.1.11); none is supported.
    #[error("token header has `crit`")]
    CriticalHeader,
    /// `alg` is not on the list.
    #[error("token algorithm {0:?} is not allowed")]
    Algorithm(String),
    /// The header names no key.
    #[error("token header has no `kid`")]
    NoKeyId,
    /// The header names a key that the issuer does not publish.
    #[error("token key {0:?} is not known")]
    UnknownKey(String),
    /// The key is of another type or meant for another algorithm.
    #[error("token algorithm {algorithm:?} does not fit key {key:?}")]
    KeyMismatch {
        /// `alg` of the header.
        algorithm: String,
        /// `kid` of the header.
        key: String,
    },
    /// The key says otherwise.
    #[error("token signature does not match")]
    Signature,
    /// A claim is missing, doubled or of a wrong type.
    #[error("token claims are unusable: {0}")]
    Claims(String),
    /// `iss` is not a trusted issuer, or not the one of the tenant.
    #[error("token issuer {0:?} is not trusted")]
    Issuer(String),
    /// The key is pinned to another issuer by its own `issuer` property.
    #[error("token issuer {issuer:?} may not use key {key:?}")]
    KeyIssuer {
        /// `iss` of the token.
        issuer: String,
        /// `kid` of the header.
        key: String,
    },
    /// `aud` is meant for someone else.
    #[error("token audience {0:?} is not ours")]
    Audience(Vec<String>),
    /// `nbf` is in the future.
    #[error("token is valid from {}", .0.unix_seconds())]
    NotYetValid(Timestamp),
    /// `exp` has passed.
    #[error("token expired at {}", .0.unix_seconds())]
    Expired(Timestamp),
    /// `tid` is absent, no GUID, or not the tenant of the issuer.
    #[error("token tenant {0:?} is not the issuer's")]
    Tenant(Option<String>),
    /// The tenant is not on the allow-list.
    #[error("token tenant {0} is not allowed")]
    TenantNotAllowed(TenantId),
    /// A personal Microsoft account.
    #[error("token of a personal account")]
    PersonalAccount,
    /// An ID, refresh or logout token in the place of an access token.
    #[error("token of type {0:?} is not an access token")]
    NotAccessToken(String),
}

impl TokenRejection {
    /// The text for the caller; the first four are Graph's own words.
    pub const fn message(&self) -> &'static str {
        match self {
            Self::Empty => "Access token is empty.",
            Self::Expired(_) => "Lifetime validation failed, the token is expired.",
            Self::NotYetValid(_) => "Lifetime validation failed, the token is not yet valid.",
            Self::Audience(_) => "Access token validation failure. Invalid audience.",
            Self::Issuer(_) | Self::KeyIssuer { .. } => {
                "Access token validation failure. Invalid issuer."
            }
            Self::TooLarge(_) | Self::Malformed(_) | Self::Claims(_) => {
                "Access token validation failure. The token is not a well-formed JWT."
            }
            Self::CriticalHeader | Self::Algorithm(_) | Self::KeyMismatch { .. } => {
                "Access token validation failure. The signature algorithm is not accepted."
            }
            Self::NoKeyId | Self::UnknownKey(_) => {
                "Access token validation failure. The signing key is not known."
            }
            Self::Signature => "Access token validation failure. Invalid signature.",
            Self::Tenant(_) | Self::TenantNotAllowed(_) => {
                "Access token validation failure. The tenant is not accepted."
            }
            Self::PersonalAccount => {
                "Access token validation failure. Personal accounts are not supported."
            }
            Self::NotAccessToken(_) => {
                "Access token validation failure. The token is not an access token."
            }
        }
    }
}
