use std::fmt;
use std::str::FromStr;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use model::{Rng, TenantId};
use secrecy::{ExposeSecret as _, SecretString};
use uuid::Uuid;

use crate::crypto::{random_text, sha256};

/// What a browser shows to go on with a session: the tenant, and a secret of which the database has
/// a hash. Plain SHA-256, since there is nothing to guess in 256 random bits.
#[derive(Clone)]
pub struct SessionToken {
    pub(super) tenant: TenantId,
    secret: SecretString,
}

/// No such text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is no token of a session")]
pub struct SessionTokenError;

const SECRET_LENGTH: usize = 43;

impl SessionToken {
    pub(super) fn random(tenant: TenantId, rng: &dyn Rng) -> Self {
        Self { tenant, secret: random_text(rng) }
    }

    pub(super) fn hash(&self) -> [u8; 32] {
        sha256(self.secret.expose_secret().as_bytes())
    }

    /// The text of the cookie.
    pub fn reveal(&self) -> String {
        format!("{}.{}", self.tenant.uuid().as_simple(), self.secret.expose_secret())
    }

    /// What every form of the session carries: who knows it has read a page of this session. The
    /// secret cannot be told from it.
    pub fn form_secret(&self) -> String {
        let mut text = b"form ".to_vec();
        text.extend_from_slice(self.secret.expose_secret().as_bytes());
        URL_SAFE_NO_PAD.encode(sha256(&text))
    }
}

impl FromStr for SessionToken {
    type Err = SessionTokenError;

    fn from_str(text: &str) -> Result<Self, SessionTokenError> {
        let (tenant, secret) = text.split_once('.').ok_or(SessionTokenError)?;
        let tenant = Uuid::try_parse(tenant).map_err(|_syntax| SessionTokenError)?;
        let is_secret = |c: u8| c.is_ascii_alphanumeric() || c == b'-' || c == b'_';
        if secret.len() != SECRET_LENGTH || !secret.bytes().all(is_secret) {
            return Err(SessionTokenError);
        }
        Ok(Self { tenant: TenantId::from_uuid(tenant), secret: secret.into() })
    }
}

impl fmt::Debug for SessionToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SessionToken").field("tenant", &self.tenant).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use testkit::SeededRng;

    use super::*;

    #[test]
    fn tokens_are_read_back_and_tell_nothing() {
        let rng = SeededRng::new(1);
        let tenant = TenantId::from_uuid(Uuid::from_u128(7));
        let token = SessionToken::random(tenant, &rng);
        let read: SessionToken = token.reveal().parse().unwrap();
        assert_eq!((read.tenant, read.hash()), (tenant, token.hash()));
        assert_eq!(read.form_secret(), token.form_secret());
        assert_ne!(SessionToken::random(tenant, &rng).form_secret(), token.form_secret());
        let secret = token.reveal();
        let secret = secret.split_once('.').unwrap().1;
        assert!(!format!("{token:?}").contains(secret));
        for wrong in ["", ".", secret, &format!("x.{secret}"), &format!("{}x", token.reveal())] {
            assert!(wrong.parse::<SessionToken>().is_err(), "{wrong}");
        }
    }
}
