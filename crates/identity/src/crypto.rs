//! The one crypto provider of the process.

use aws_lc_rs::digest::{SHA256, digest};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::crypto::aws_lc;
use model::Rng;
use rustls::crypto::aws_lc_rs as provider;
use secrecy::SecretString;

/// Makes aws-lc the provider of TLS and of JWT signatures for the whole process. Call it first in
/// `main`; further calls change nothing.
///
/// `rustls` refuses to guess when a dependency links a second provider, and `jsonwebtoken` panics
/// at its first use then. [`verify`](crate::verify) itself names its provider and needs no
/// installation.
pub fn install_crypto() {
    let tls = provider::default_provider().install_default().is_ok();
    let tokens = aws_lc::DEFAULT_PROVIDER.install_default().is_ok();
    tracing::debug!(tls, tokens, "crypto provider: installed, or there already");
}

/// SHA-256 of the bytes.
pub(crate) fn sha256(bytes: &[u8]) -> [u8; 32] {
    let mut hash = [0; 32];
    hash.copy_from_slice(digest(&SHA256, bytes).as_ref());
    hash
}

/// 256 random bits as text.
pub fn random_text(rng: &dyn Rng) -> SecretString {
    let mut bytes = [0; 32];
    rng.fill(&mut bytes);
    URL_SAFE_NO_PAD.encode(bytes).into()
}

#[cfg(test)]
mod tests {
    use rustls::crypto::CryptoProvider;

    use super::*;

    #[test]
    fn a_second_installation_changes_nothing() {
        install_crypto();
        install_crypto();
        assert!(CryptoProvider::get_default().is_some());
    }
}
