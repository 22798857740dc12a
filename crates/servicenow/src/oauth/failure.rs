use crate::Failure;

use super::grant::JWT_BEARER;
use super::{SigningKeyError, StoreError};

/// Why there is no token.
///
/// Source: ServiceNow, "OAuth API response parameters"; RFC 6749 section 5.2.
#[derive(Debug, thiserror::Error)]
pub enum SignInFailure {
    /// `server_error` with `access_denied`: what an instance says to almost every mistake.
    #[error("the instance denies access, without a reason; {}", causes(grant))]
    Denied {
        /// The grant that was asked for.
        grant: &'static str,
    },
    /// `invalid_client`
    #[error("the client id or the client secret is wrong")]
    InvalidClient,
    /// `invalid_grant`
    #[error("the {} was refused or has ended", proof(grant))]
    InvalidGrant {
        /// The grant that was asked for.
        grant: &'static str,
    },
    /// `unsupported_grant_type` or `unauthorized_client`
    #[error("the instance does not serve the grant {grant} to this client")]
    GrantNotServed {
        /// The grant that was asked for.
        grant: &'static str,
    },
    /// Another error of OAuth.
    #[error("the instance refused to sign in: {error}")]
    Refused {
        /// The error, one line.
        error: String,
    },
    /// 200, and no token in it.
    #[error("the instance answered without a usable access token")]
    NoToken,
    /// The endpoint did not answer as one.
    #[error("the token endpoint gave no answer of use")]
    NoAnswer(#[source] Box<Failure>),
    /// A new refresh token could not be stored, so the access token with it is not used.
    #[error("the new refresh token could not be stored")]
    NotStored(#[source] StoreError),
    /// The key did not sign.
    #[error("the assertion could not be signed")]
    NotSigned(#[source] SigningKeyError),
    /// The program ended while it signed in.
    #[error("signing in was interrupted")]
    Interrupted,
}

impl SignInFailure {
    /// Whether somebody has to do something before signing in can succeed.
    pub fn needs_somebody(&self) -> bool {
        !matches!(self, Self::NoAnswer(_) | Self::NotStored(_) | Self::Interrupted)
    }
}

fn proof(grant: &str) -> &'static str {
    match grant {
        "refresh_token" => "refresh token",
        "authorization_code" => "authorization code",
        "password" => "user name or password",
        JWT_BEARER => "signed assertion",
        _ => "grant",
    }
}

/// What administrators find to be the matter, in the order in which it is worth a look.
fn causes(grant: &str) -> &'static str {
    match grant {
        "client_credentials" => {
            "check the client secret, the property \
             glide.oauth.inbound.client.credential.grant_type.enabled, and that the application \
             registry has an OAuth application user who is active and has the roles"
        }
        "password" => {
            "check the client secret, user name and password, and that the user is active, not \
             locked out and not for web services only"
        }
        JWT_BEARER => {
            "check the client secret, the key id and the certificate that it stands for, that the \
             user is active, and that the clocks agree"
        }
        "refresh_token" => {
            "check the client secret, that the refresh token has not ended or been revoked, and \
             that its user is active and not locked out"
        }
        _ => {
            "check client id and secret, the redirect address, that the code is new, and that the \
             user is active and not locked out"
        }
    }
}
