//! Issuers outside: Entra ID, Keycloak, anything with OpenID Connect discovery.

mod address;
mod discovery;
mod fetch;
mod keys;
mod schedule;
mod settings;

pub use discovery::DiscoveryError;
pub(crate) use discovery::IssuerUrl;
pub use fetch::FetchError;
pub(crate) use fetch::Fetcher;
pub(crate) use keys::DiscoveredKeys;
pub use settings::{OidcError, OidcIssuer, OidcSettings};

#[cfg(test)]
mod tests;
