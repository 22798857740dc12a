//! Applications registered at the built-in issuer.

mod add_secret;
mod register;
mod secret;

pub use add_secret::{NewSecret, add_application_secret};
pub use register::{RegisterError, register_application};
pub(crate) use secret::ClientSecret;
