use std::fmt;

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256, RsaKeyPair, RsaPublicKeyComponents};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::Serialize;
use store::NewSigningKey;
use zeroize::Zeroizing;

use super::digest;
use crate::VerificationKey;

/// An RSA-2048 key that signs RS256.
pub struct SigningKey {
    id: String,
    pair: RsaKeyPair,
}

/// A signing key that could not be made, read or used.
#[derive(Debug, thiserror::Error)]
pub enum SigningKeyError {
    /// The crypto library made no key.
    #[error("no signing key could be generated")]
    Generation,
    /// The stored bytes are no private RSA key.
    #[error("signing key {0:?} is not readable")]
    Unreadable(String),
    /// The crypto library refused to sign.
    #[error("signing with key {0:?} failed")]
    Signing(String),
}

/// Public half of a signing key, as RFC 7517 and RFC 7518 section 6.3 spell it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PublicJwk {
    kty: &'static str,
    #[serde(rename = "use")]
    purpose: &'static str,
    alg: &'static str,
    kid: String,
    n: String,
    e: String,
}

impl SigningKey {
    /// Makes a key, PKCS #8 in DER; takes tens of milliseconds. The randomness is the crypto
    /// library's own: RSA keys cannot be made from another source.
    pub(crate) fn generate() -> Result<NewSigningKey, SigningKeyError> {
        let failed = || SigningKeyError::Generation;
        let pair = RsaKeyPair::generate(KeySize::Rsa2048).map_err(|_unspecified| failed())?;
        let der = AsDer::<Pkcs8V1Der<'_>>::as_der(&pair).map_err(|_unspecified| failed())?;
        let private = Zeroizing::new(der.as_ref().to_vec());
        let (modulus, _exponent) = public_numbers(&pair);
        let key = Self { id: URL_SAFE_NO_PAD.encode(digest(&[&modulus])), pair };
        let public_jwk =
            serde_json::to_string(&key.public_jwk()).map_err(|_impossible| failed())?;
        Ok(NewSigningKey { id: key.id, private, public_jwk })
    }

    /// Reads a stored key.
    pub(crate) fn read(id: &str, pkcs8: &[u8]) -> Result<Self, SigningKeyError> {
        RsaKeyPair::from_pkcs8(pkcs8)
            .map(|pair| Self { id: id.to_owned(), pair })
            .map_err(|_rejected| SigningKeyError::Unreadable(id.to_owned()))
    }

    /// `kid` of its tokens.
    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    /// What checks its signatures.
    pub(crate) fn verification_key(&self) -> VerificationKey {
        let (modulus, exponent) = public_numbers(&self.pair);
        VerificationKey::rs256(self.id.clone(), modulus, exponent)
    }

    /// What is published of it.
    pub(crate) fn public_jwk(&self) -> PublicJwk {
        let (modulus, exponent) = public_numbers(&self.pair);
        PublicJwk {
            kty: "RSA",
            purpose: "sig",
            alg: "RS256",
            kid: self.id.clone(),
            n: URL_SAFE_NO_PAD.encode(modulus),
            e: URL_SAFE_NO_PAD.encode(exponent),
        }
    }

    /// A compact JWS (RFC 7515 section 7.1) over the claims.
    pub fn sign(&self, claims: &impl Serialize) -> Result<String, SigningKeyError> {
        #[derive(Serialize)]
        struct Header<'a> {
            typ: &'static str,
            alg: &'static str,
            kid: &'a str,
        }
        let failed = || SigningKeyError::Signing(self.id.clone());
        let part = |json: serde_json::Result<Vec<u8>>| {
            json.map(|json| URL_SAFE_NO_PAD.encode(json)).map_err(|_error| failed())
        };
        let header = Header { typ: "JWT", alg: "RS256", kid: &self.id };
        let header = part(serde_json::to_vec(&header))?;
        let payload = part(serde_json::to_vec(claims))?;
        let message = format!("{header}.{payload}");
        let signature = self.signature(message.as_bytes())?;
        Ok(format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }

    pub(crate) fn signature(&self, message: &[u8]) -> Result<Vec<u8>, SigningKeyError> {
        let mut signature = vec![0; self.pair.public_modulus_len()];
        self.pair
            .sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message, &mut signature)
            .map_err(|_unspecified| SigningKeyError::Signing(self.id.clone()))?;
        Ok(signature)
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey").field("id", &self.id).finish_non_exhaustive()
    }
}

/// Modulus and exponent, big-endian.
fn public_numbers(pair: &RsaKeyPair) -> (Vec<u8>, Vec<u8>) {
    let components = RsaPublicKeyComponents::<Vec<u8>>::from(pair.public_key());
    (components.n, components.e)
}
