//! Signing in: the grants of OAuth, and tokens that stay good.

mod assertion;
mod authorize;
mod credential;
mod failure;
mod grant;
mod keeper;
mod renewal;
mod tokens;

pub use assertion::{Signer, SigningKeyError};
pub use authorize::{AuthorizationRequest, Verifier};
pub use credential::{Credential, OAuthClient};
pub use failure::SignInFailure;
pub use grant::Grant;
pub use keeper::{Held, TokenKeeper};
pub use renewal::{StoreError, StoreRefreshToken};
pub use tokens::Tokens;
pub(crate) use tokens::read;
