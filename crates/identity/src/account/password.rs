use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher as _, PasswordVerifier as _, Version};
use model::Rng;
use secrecy::{ExposeSecret as _, SecretString};

use crate::crypto::random_text;

/// A password that may be set.
#[derive(Debug, Clone)]
pub struct NewPassword(SecretString);

/// A password that may not be set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    /// Shorter than [`MIN_CHARS`].
    #[error("A password has at least {MIN_CHARS} characters. Several words make a good one.")]
    TooShort,
    /// Longer than [`MAX_BYTES`].
    #[error("A password has at most {MAX_BYTES} bytes.")]
    TooLong,
}

/// The hash could not be computed, for want of memory.
#[derive(Debug, thiserror::Error)]
#[error("the password could not be hashed")]
pub struct HashError(#[source] Box<dyn std::error::Error + Send + Sync>);

/// NIST SP 800-63B asks for 15 where a password stands alone, and for 8 beside something else; no
/// rules of composition.
const MIN_CHARS: usize = 12;
/// So that nobody has a long text hashed.
const MAX_BYTES: usize = 1024;
const SALT_BYTES: usize = 16;
/// 120 bits.
const RANDOM_CHARS: usize = 20;

impl NewPassword {
    /// Judges what was typed.
    pub fn parse(text: SecretString) -> Result<Self, PasswordError> {
        let shown = text.expose_secret();
        if shown.chars().count() < MIN_CHARS {
            Err(PasswordError::TooShort)
        } else if shown.len() > MAX_BYTES {
            Err(PasswordError::TooLong)
        } else {
            Ok(Self(text))
        }
    }

    /// One that nobody guesses.
    pub fn random(rng: &dyn Rng) -> Self {
        let text = random_text(rng);
        Self(text.expose_secret().chars().take(RANDOM_CHARS).collect::<String>().into())
    }

    /// The text of it, for whoever shall have it.
    pub fn reveal(&self) -> &str {
        self.0.expose_secret()
    }

    /// In PHC form. Takes as long as it has to: call it where nothing else waits.
    pub(super) fn hash(&self, rng: &dyn Rng) -> Result<String, HashError> {
        let mut salt = [0; SALT_BYTES];
        rng.fill(&mut salt);
        let bytes = self.0.expose_secret().as_bytes();
        let hash = argon2().hash_password_with_salt(bytes, &salt);
        hash.map(|hash| hash.to_string()).map_err(|error| HashError(error.into()))
    }
}

/// Whether the password is what the hash was made of. Takes as long as hashing.
pub(super) fn matches(password: &SecretString, hash: &str) -> bool {
    let bytes = password.expose_secret().as_bytes();
    let Ok(hash) = PasswordHash::new(hash) else { return false };
    bytes.len() <= MAX_BYTES && argon2().verify_password(bytes, &hash).is_ok()
}

/// A hash that no password has, for names that nobody has: an answer takes as long as any other.
pub(super) const NOBODYS: &str = "$argon2id$v=19$m=19456,t=2,p=1$bm93Z3JhcGgtbm9ib2R5$\
                                  AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// Argon2id with 19 MiB and two passes, as OWASP's cheat sheet on password storage has it.
fn argon2() -> Argon2<'static> {
    Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::DEFAULT)
}

#[cfg(test)]
mod tests {
    use testkit::SeededRng;

    use super::*;

    fn parse(text: &str) -> Result<NewPassword, PasswordError> {
        NewPassword::parse(text.into())
    }

    #[test]
    fn only_the_password_itself_matches() {
        let rng = SeededRng::new(1);
        let hash = parse("correct horse battery").unwrap().hash(&rng).unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(matches(&"correct horse battery".into(), &hash));
        for (password, hash) in [
            ("correct horse batterz", hash.as_str()),
            ("", &hash),
            ("correct horse battery", NOBODYS),
            ("correct horse battery", "no hash"),
        ] {
            assert!(!matches(&password.into(), hash), "{password} against {hash}");
        }
        assert!(PasswordHash::new(NOBODYS).is_ok());
        assert_ne!(parse("correct horse battery").unwrap().hash(&rng).unwrap(), hash);
    }

    #[test]
    fn passwords_are_neither_short_nor_endless() {
        assert_eq!(parse("elf zeichen").unwrap_err(), PasswordError::TooShort);
        assert!(parse("zwölfzeichen").is_ok());
        assert_eq!(parse(&"a".repeat(1025)).unwrap_err(), PasswordError::TooLong);
    }
}
