//! What the connector signs in with at an instance. Whatever is secret does not print.

mod kind;
mod members;
mod parse;
mod pem;

use std::collections::BTreeMap;

use secrecy::{ExposeSecret as _, SecretString};

pub use kind::{CredentialKind, CredentialMember};
pub use parse::{CredentialError, MemberRule};

/// A credential of a connection; the OAuth client id is the `appId` of the connection.
#[derive(Debug, Clone)]
pub enum Credential {
    /// The user that the instance has for the OAuth client.
    ClientCredentials {
        /// Of the OAuth client.
        client_secret: SecretString,
    },
    /// A user by name and password, through the OAuth client.
    Password {
        /// Of the OAuth client.
        client_secret: SecretString,
        /// As the instance names the user.
        user_name: String,
        /// The user's.
        password: SecretString,
    },
    /// A user who signed in once.
    RefreshToken {
        /// Of the OAuth client.
        client_secret: SecretString,
        /// The newest one; the instance may give another with every access token.
        refresh_token: SecretString,
    },
    /// A user whom a signed assertion names.
    JwtBearer {
        /// Of the OAuth client.
        client_secret: SecretString,
        /// RSA, in PEM form.
        private_key: SecretString,
        /// `kid`, by which the instance knows the certificate of the key.
        key_id: String,
        /// As the instance names the user.
        subject: String,
    },
    /// A key of the instance, without OAuth.
    ApiKey {
        /// The key.
        api_key: SecretString,
    },
    /// A user by name and password, without OAuth.
    Basic {
        /// As the instance names the user.
        user_name: String,
        /// The user's.
        password: SecretString,
    },
}

impl Credential {
    /// Its kind.
    pub const fn kind(&self) -> CredentialKind {
        match self {
            Self::ClientCredentials { .. } => CredentialKind::ClientCredentials,
            Self::Password { .. } => CredentialKind::Password,
            Self::RefreshToken { .. } => CredentialKind::RefreshToken,
            Self::JwtBearer { .. } => CredentialKind::JwtBearer,
            Self::ApiKey { .. } => CredentialKind::ApiKey,
            Self::Basic { .. } => CredentialKind::Basic,
        }
    }

    /// The user who signs in, where the credential says so.
    pub fn user_name(&self) -> Option<&str> {
        match self {
            Self::Password { user_name, .. } | Self::Basic { user_name, .. } => Some(user_name),
            Self::JwtBearer { subject, .. } => Some(subject),
            Self::ClientCredentials { .. } | Self::RefreshToken { .. } | Self::ApiKey { .. } => {
                None
            }
        }
    }

    /// The secret of the OAuth client, where there is one.
    pub fn client_secret(&self) -> Option<&SecretString> {
        match self {
            Self::ClientCredentials { client_secret }
            | Self::Password { client_secret, .. }
            | Self::RefreshToken { client_secret, .. }
            | Self::JwtBearer { client_secret, .. } => Some(client_secret),
            Self::ApiKey { .. } | Self::Basic { .. } => None,
        }
    }

    /// The same with another refresh token; `None` where there is none to replace.
    pub fn with_refresh_token(&self, refresh_token: SecretString) -> Option<Self> {
        let Self::RefreshToken { client_secret, .. } = self else { return None };
        Some(Self::RefreshToken { client_secret: client_secret.clone(), refresh_token })
    }

    /// The refresh token, where it is one.
    pub fn refresh_token(&self) -> Option<&SecretString> {
        let Self::RefreshToken { refresh_token, .. } = self else { return None };
        Some(refresh_token)
    }

    /// As JSON, in the form that [`Credential::from_json`] reads.
    pub fn to_json(&self) -> SecretString {
        let parts = self.parts();
        let members = parts.iter().map(|(member, text)| (member.name(), *text));
        let members: BTreeMap<_, _> = members.chain([(KIND, self.kind().name())]).collect();
        // With room for all, even if every character is escaped, no copy is left behind by growing.
        let room = members.iter().map(|(name, text)| name.len() + 6 * text.len() + 6).sum();
        let mut json = Vec::with_capacity(room);
        let written = serde_json::to_writer(&mut json, &members);
        debug_assert!(written.is_ok(), "texts are JSON");
        String::from_utf8(json).unwrap_or_default().into()
    }

    fn parts(&self) -> Vec<(CredentialMember, &str)> {
        use CredentialMember as Member;
        match self {
            Self::ClientCredentials { client_secret } => {
                vec![(Member::ClientSecret, client_secret.expose_secret())]
            }
            Self::Password { client_secret, user_name, password } => vec![
                (Member::ClientSecret, client_secret.expose_secret()),
                (Member::UserName, user_name),
                (Member::Password, password.expose_secret()),
            ],
            Self::RefreshToken { client_secret, refresh_token } => vec![
                (Member::ClientSecret, client_secret.expose_secret()),
                (Member::RefreshToken, refresh_token.expose_secret()),
            ],
            Self::JwtBearer { client_secret, private_key, key_id, subject } => vec![
                (Member::ClientSecret, client_secret.expose_secret()),
                (Member::PrivateKey, private_key.expose_secret()),
                (Member::KeyId, key_id),
                (Member::Subject, subject),
            ],
            Self::ApiKey { api_key } => vec![(Member::ApiKey, api_key.expose_secret())],
            Self::Basic { user_name, password } => {
                vec![(Member::UserName, user_name), (Member::Password, password.expose_secret())]
            }
        }
    }
}

/// The member that names the kind.
const KIND: &str = "kind";

#[cfg(test)]
mod tests;
