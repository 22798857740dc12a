use std::fmt;
use std::time::{Duration, SystemTime};

use jsonwebtoken::{Algorithm, EncodingKey, Header};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Serialize;

/// Signs in a user without a password of his: the instance trusts the key.
///
/// Source: ServiceNow, "OAuth JWT API endpoint"; RFC 7523.
#[derive(Clone)]
pub struct Signer {
    key: EncodingKey,
    key_id: String,
    subject: String,
}

/// The key cannot sign.
#[derive(Debug, thiserror::Error)]
#[error("the private key is no RSA key in PEM form")]
pub struct SigningKeyError(#[source] jsonwebtoken::errors::Error);

#[derive(Serialize)]
struct Claims<'a> {
    iss: &'a str,
    aud: &'a str,
    sub: &'a str,
    iat: u64,
    exp: u64,
}

/// Short enough for what is asked for at once, long enough for a clock that is late.
const LIFETIME: Duration = Duration::from_mins(30);

impl Signer {
    /// A private key in PEM form, the `kid` that the instance knows its certificate by, and the
    /// user who is signed in, as the instance names him.
    pub fn new(
        private_key: &SecretString,
        key_id: String,
        subject: String,
    ) -> Result<Self, SigningKeyError> {
        let key = EncodingKey::from_rsa_pem(private_key.expose_secret().as_bytes());
        Ok(Self { key: key.map_err(SigningKeyError)?, key_id, subject })
    }

    /// The assertion for a client.
    pub(super) fn sign(
        &self,
        client_id: &str,
        now: SystemTime,
    ) -> Result<SecretString, SigningKeyError> {
        let iat = now.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs();
        let exp = iat.saturating_add(LIFETIME.as_secs());
        let claims = Claims { iss: client_id, aud: client_id, sub: &self.subject, iat, exp };
        let header = Header { kid: Some(self.key_id.clone()), ..Header::new(Algorithm::RS256) };
        let signed = jsonwebtoken::encode(&header, &claims, &self.key).map_err(SigningKeyError)?;
        Ok(signed.into())
    }
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signer")
            .field("key_id", &self.key_id)
            .field("subject", &self.subject)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use jsonwebtoken::{DecodingKey, Validation};
    use rcgen::{KeyPair, PKCS_RSA_SHA256, RsaKeySize};

    use super::*;

    #[test]
    fn an_assertion_says_who_for_whom_and_until_when() {
        let pair = KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048).unwrap();
        let pem = pair.serialize_pem().into();
        let signer = Signer::new(&pem, "k1".to_owned(), "robot".to_owned()).unwrap();
        let now = SystemTime::UNIX_EPOCH + Duration::from_hours(494_532);
        let signed = signer.sign("client", now).unwrap();
        let key = DecodingKey::from_rsa_pem(pair.public_key_pem().as_bytes()).unwrap();
        let mut validation = Validation::new(Algorithm::RS256);
        validation.set_audience(&["client"]);
        validation.validate_exp = false;
        let token: jsonwebtoken::TokenData<serde_json::Value> =
            jsonwebtoken::decode(signed.expose_secret(), &key, &validation).unwrap();
        assert_eq!(token.header.kid.as_deref(), Some("k1"));
        let expected = serde_json::json!({"iss": "client", "aud": "client", "sub": "robot",
            "iat": 1_780_315_200, "exp": 1_780_317_000});
        assert_eq!(token.claims, expected);
        assert!(Signer::new(&"hunter2".into(), String::new(), String::new()).is_err());
    }
}
