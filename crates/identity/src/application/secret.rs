use aws_lc_rs::constant_time::verify_slices_are_equal;
use model::Rng;
use secrecy::{ExposeSecret as _, SecretString};

use crate::crypto::{random_text, sha256};

/// A client secret, known in clear only while it is made or presented.
#[derive(Debug, Clone)]
pub(crate) struct ClientSecret(SecretString);

/// What is stored of a secret. Plain SHA-256: the secret has 256 random bits, so that there is
/// nothing to guess which a slow hash (argon2) would protect, and every token request pays.
pub(crate) type SecretHash = [u8; 32];

/// Characters that are kept to tell secrets apart, as Entra's portal does; 238 bits stay unknown.
const HINT_CHARS: usize = 3;

impl ClientSecret {
    pub(crate) fn random(rng: &dyn Rng) -> Self {
        Self(random_text(rng))
    }

    pub(crate) fn presented(text: SecretString) -> Self {
        Self(text)
    }

    pub(crate) fn hash(&self) -> SecretHash {
        sha256(self.0.expose_secret().as_bytes())
    }

    pub(crate) fn hint(&self) -> String {
        self.0.expose_secret().chars().take(HINT_CHARS).collect()
    }

    pub(crate) fn reveal(self) -> SecretString {
        self.0
    }

    /// Compares in constant time.
    pub(crate) fn matches(&self, hash: &[u8]) -> bool {
        verify_slices_are_equal(&self.hash(), hash).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use testkit::SeededRng;

    use super::*;

    #[test]
    fn only_the_secret_itself_matches_its_hash() {
        let rng = SeededRng::new(1);
        let (one, other) = (ClientSecret::random(&rng), ClientSecret::random(&rng));
        assert!(one.matches(&one.hash()));
        assert!(!one.matches(&other.hash()));
        assert!(!one.matches(&[]));
        assert!(!one.matches(one.0.expose_secret().as_bytes()));
        assert_eq!(one.0.expose_secret().len(), 43);
        assert!(!format!("{one:?}").contains(&one.hint()));
    }
}
