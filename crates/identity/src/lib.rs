//! Who asks, and what they may do: access tokens, their issuers, and Graph permissions; accounts and
//! sessions of the console.

mod account;
mod application;
mod attempt;
mod authenticate;
mod authorize;
mod builtin;
mod crypto;
mod oidc;
mod session;
#[cfg(test)]
mod testing;
mod token;
mod token_endpoint;

pub use account::{
    ChangePasswordError, CreateAccountError, HashError, NewAccount, NewPassword, PasswordError,
    SetupLink, SetupLinkError, SignIn, SignInError, UserName, UserNameError, add_account,
    create_account, delete_account, offer_first_account, replace_password, set_password, set_roles,
};
pub use application::{NewSecret, RegisterError, add_application_secret, register_application};
pub use attempt::Attempt;
pub use authenticate::{AuthenticationError, Authenticator, KeysUnavailable};
pub use authorize::{Access, Denied, authorize};
pub use builtin::{
    BuiltinIssuer, JwksDocument, OpenIdConfiguration, PublicJwk, SigningKey, SigningKeyError,
    SigningKeys, Subject, TokenRequest,
};
pub use crypto::{install_crypto, random_text};
pub use oidc::{
    IssuerNetwork, IssuerProxy, OidcAnswer, OidcClient, OidcError, OidcIssuer, OidcSettings,
    OidcSignIn, OidcSignInError,
};
pub use session::{SessionToken, SessionTokenError, SignedIn, is_masked, mask};
pub use token::{ClaimMapping, InvalidGrant, RoleMapping, TokenRejection};
pub(crate) use token::{
    IssuerPattern, JwksError, KeySet, Leeway, MAX_TOKEN_BYTES, Policy, VerificationKey, verify,
};
pub use token_endpoint::{
    ClientId, OAuthError, OAuthErrorBody, TokenEndpoint, TokenForm, TokenResponse,
};
