//! Issuers outside: Entra ID, Keycloak, anything with OpenID Connect discovery.

mod discovery;
mod fetch;
mod keys;
mod network;
mod schedule;
mod settings;
mod sign_in;

pub(crate) use discovery::IssuerUrl;
pub(crate) use fetch::Fetcher;
pub(crate) use keys::DiscoveredKeys;
pub use network::{IssuerNetwork, IssuerProxy};
pub use settings::{OidcError, OidcIssuer, OidcSettings};
pub use sign_in::{OidcAnswer, OidcClient, OidcSignIn, OidcSignInError};

#[cfg(test)]
mod tests;
