//! The issuer inside nowgraph: keys, tokens in Entra's shape, and its public documents.

mod documents;
mod issuer;
mod mint;
mod signing_key;
mod signing_keys;

pub use documents::{JwksDocument, OpenIdConfiguration};
pub use issuer::BuiltinIssuer;
pub(crate) use issuer::TOKEN_LIFETIME;
pub(crate) use mint::digest;
pub use mint::{Subject, TokenRequest};
pub use signing_key::{PublicJwk, SigningKey, SigningKeyError};
pub use signing_keys::SigningKeys;
