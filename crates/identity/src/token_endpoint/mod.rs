//! The token endpoint of the built-in issuer, without HTTP.

mod client_credentials;
mod error;
mod form;

pub use client_credentials::{TokenEndpoint, TokenResponse};
pub use error::{ClientId, OAuthError, OAuthErrorBody};
pub use form::TokenForm;
