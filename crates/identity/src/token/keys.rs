//! Public keys of one issuer, as its JWKS document publishes them (RFC 7517, RFC 7518 section 6).

use std::fmt;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{DecodingKey, crypto::aws_lc};
use serde::Deserialize;

/// The keys that one issuer signs with at present.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct KeySet(Vec<VerificationKey>);

/// One public key, able to check signatures.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct VerificationKey {
    id: String,
    material: Material,
    /// Restricts the key to one algorithm.
    algorithm: Option<Algorithm>,
    /// Restricts the key to one issuer; may contain `{tenantid}`.
    issuer: Option<String>,
}

#[derive(Clone, PartialEq, Eq)]
enum Material {
    Rsa {
        modulus: Vec<u8>,
        exponent: Vec<u8>,
    },
    /// Point on P-256, uncompressed.
    P256(Vec<u8>),
}

/// The algorithms that are believed. No `none`, no HMAC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Algorithm {
    Rs256,
    Ps256,
    Es256,
}

/// Why a key document is of no use.
#[derive(Debug, thiserror::Error)]
pub(crate) enum JwksError {
    /// Not a JSON object with an array `keys`.
    #[error("key document is not a JWKS")]
    Malformed(#[source] serde_json::Error),
    /// None of the keys can check an accepted algorithm.
    #[error("key document holds no usable key")]
    NoUsableKey,
}

#[derive(Deserialize)]
struct Document {
    keys: Vec<serde_json::Value>,
}

#[derive(Deserialize)]
struct Jwk {
    kty: String,
    kid: String,
    #[serde(rename = "use")]
    purpose: Option<String>,
    alg: Option<String>,
    issuer: Option<String>,
    n: Option<String>,
    e: Option<String>,
    crv: Option<String>,
    x: Option<String>,
    y: Option<String>,
}

/// More keys than any issuer publishes; the rest is ignored.
const MAX_KEYS: usize = 100;
/// 2048 bits: shorter moduli are not believed.
const MIN_MODULUS_BYTES: usize = 256;

impl KeySet {
    /// Collects keys.
    pub(crate) fn new(keys: impl IntoIterator<Item = VerificationKey>) -> Self {
        Self(keys.into_iter().collect())
    }

    /// Reads a JWKS document. Keys of other types, for encryption, too short or damaged are
    /// skipped, as RFC 7517 section 5 asks.
    pub(crate) fn from_jwks(document: &[u8]) -> Result<Self, JwksError> {
        let document: Document = serde_json::from_slice(document).map_err(JwksError::Malformed)?;
        let keys: Vec<_> = document
            .keys
            .into_iter()
            .take(MAX_KEYS)
            .filter_map(|key| serde_json::from_value::<Jwk>(key).ok())
            .filter_map(VerificationKey::from_jwk)
            .collect();
        if keys.is_empty() { Err(JwksError::NoUsableKey) } else { Ok(Self(keys)) }
    }

    /// Keys with this id: several when an issuer reuses an id for another algorithm.
    pub(crate) fn with_id(&self, id: &str) -> Vec<&VerificationKey> {
        self.0.iter().filter(|key| key.id == id).collect()
    }
}

impl VerificationKey {
    /// A key for RS256 alone. Both numbers are big-endian.
    pub(crate) fn rs256(id: String, modulus: Vec<u8>, exponent: Vec<u8>) -> Self {
        let material = Material::Rsa { modulus, exponent };
        Self { id, material, algorithm: Some(Algorithm::Rs256), issuer: None }
    }

    fn from_jwk(jwk: Jwk) -> Option<Self> {
        if jwk.purpose.is_some_and(|purpose| purpose != "sig") {
            return None;
        }
        let algorithm = match jwk.alg {
            None => None,
            Some(name) => Some(Algorithm::from_name(&name)?),
        };
        let bytes = |text: Option<String>| URL_SAFE_NO_PAD.decode(text?).ok();
        let material = match (jwk.kty.as_str(), jwk.crv.as_deref()) {
            ("RSA", _) => {
                let modulus = bytes(jwk.n)?;
                if modulus.iter().skip_while(|byte| **byte == 0).count() < MIN_MODULUS_BYTES {
                    return None;
                }
                Material::Rsa { modulus, exponent: bytes(jwk.e)? }
            }
            ("EC", Some("P-256")) => {
                let (x, y) = (bytes(jwk.x)?, bytes(jwk.y)?);
                if x.len() != 32 || y.len() != 32 {
                    return None;
                }
                Material::P256([&[4], x.as_slice(), &y].concat())
            }
            _ => return None,
        };
        Some(Self { id: jwk.kid, material, algorithm, issuer: jwk.issuer })
    }

    /// The issuer that the key is pinned to.
    pub(crate) fn issuer(&self) -> Option<&str> {
        self.issuer.as_deref()
    }

    pub(crate) fn fits(&self, algorithm: Algorithm) -> bool {
        let by_type = match self.material {
            Material::Rsa { .. } => matches!(algorithm, Algorithm::Rs256 | Algorithm::Ps256),
            Material::P256(_) => algorithm == Algorithm::Es256,
        };
        by_type && self.algorithm.is_none_or(|only| only == algorithm)
    }

    /// Whether the signature was made with this key.
    pub(crate) fn signed(&self, algorithm: Algorithm, message: &[u8], signature: &Vec<u8>) -> bool {
        let key = match &self.material {
            Material::Rsa { modulus, exponent } => {
                DecodingKey::from_rsa_raw_components(modulus, exponent)
            }
            Material::P256(point) => DecodingKey::from_ec_der(point),
        };
        // Named, not the process default: that one panics where two providers are linked.
        (aws_lc::DEFAULT_PROVIDER.verifier_factory)(&algorithm.into(), &key)
            .is_ok_and(|verifier| verifier.verify(message, signature).is_ok())
    }
}

impl fmt::Debug for VerificationKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VerificationKey").field("id", &self.id).finish_non_exhaustive()
    }
}

impl Algorithm {
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        match name {
            "RS256" => Some(Self::Rs256),
            "PS256" => Some(Self::Ps256),
            "ES256" => Some(Self::Es256),
            _ => None,
        }
    }
}

impl From<Algorithm> for jsonwebtoken::Algorithm {
    fn from(algorithm: Algorithm) -> Self {
        match algorithm {
            Algorithm::Rs256 => Self::RS256,
            Algorithm::Ps256 => Self::PS256,
            Algorithm::Es256 => Self::ES256,
        }
    }
}
