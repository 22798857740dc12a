//! Compact serialization of a JWS, RFC 7515 section 7.1.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::Deserialize;

use super::TokenRejection;

/// Longest token that is looked at. Entra's with many groups stay below 8 KiB.
pub(crate) const MAX_TOKEN_BYTES: usize = 16 * 1024;

/// A token taken apart, nothing of it proven yet.
pub(crate) struct Compact<'a> {
    pub(crate) header: Header,
    /// What the signature covers: both parts and the dot between them.
    pub(crate) signed: &'a str,
    pub(crate) payload: Vec<u8>,
    pub(crate) signature: Vec<u8>,
}

#[derive(Deserialize)]
pub(crate) struct Header {
    pub(crate) alg: String,
    pub(crate) kid: Option<String>,
    #[serde(default, deserialize_with = "present")]
    crit: bool,
}

impl<'a> Compact<'a> {
    pub(crate) fn parse(token: &'a str) -> Result<Self, TokenRejection> {
        if token.is_empty() {
            return Err(TokenRejection::Empty);
        }
        if token.len() > MAX_TOKEN_BYTES {
            return Err(TokenRejection::TooLarge(token.len()));
        }
        let parts = token.rsplit_once('.').and_then(|(signed, signature)| {
            let (header, payload) = signed.split_once('.')?;
            (!payload.contains('.')).then_some((signed, header, payload, signature))
        });
        let Some((signed, header, payload, signature)) = parts else {
            return Err(TokenRejection::Malformed("not three parts"));
        };
        let header: Header = serde_json::from_slice(&decode(header, "header")?)
            .map_err(|_syntax| TokenRejection::Malformed("header"))?;
        if header.crit {
            return Err(TokenRejection::CriticalHeader);
        }
        let payload = decode(payload, "payload")?;
        let signature = decode(signature, "signature")?;
        Ok(Self { header, signed, payload, signature })
    }
}

fn decode(part: &str, name: &'static str) -> Result<Vec<u8>, TokenRejection> {
    URL_SAFE_NO_PAD.decode(part).map_err(|_syntax| TokenRejection::Malformed(name))
}

/// True for a member that is there, whatever it holds.
fn present<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    serde::de::IgnoredAny::deserialize(deserializer).map(|_value| true)
}
