//! Who asks, and what they may do: access tokens, their issuers, and Graph permissions.

mod authenticate;
mod authorize;
mod builtin;
mod crypto;
mod oidc;
#[cfg(test)]
mod testing;
mod token;

pub use authenticate::{AuthenticationError, Authenticator, KeysUnavailable};
pub use authorize::{Access, Denied, authorize};
pub use builtin::{
    BuiltinIssuer, JwksDocument, NewSigningKey, OpenIdConfiguration, PublicJwk, SigningKey,
    SigningKeyError, Subject, TOKEN_LIFETIME, TokenRequest,
};
pub use crypto::install_crypto;
pub use oidc::{DiscoveryError, FetchError, OidcError, OidcIssuer, OidcSettings};
pub use token::{
    ClaimGrant, ClaimMapping, IssuerPattern, JwksError, KeySet, Leeway, MAX_TOKEN_BYTES, Policy,
    TokenRejection, VerificationKey, Verified, verify,
};
