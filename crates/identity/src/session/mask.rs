use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use model::Rng;

/// Writes a secret in another way each time, so that nobody who sees how well pages are compressed
/// learns it by and by (the attack named BREACH).
pub fn mask(secret: &str, rng: &dyn Rng) -> String {
    let mut bytes = vec![0; secret.len()];
    rng.fill(&mut bytes);
    let masked: Vec<_> = bytes.iter().zip(secret.bytes()).map(|(mask, byte)| mask ^ byte).collect();
    bytes.extend(masked);
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Whether a text is the secret, written by [`mask`].
pub fn is_masked(text: &str, secret: &str) -> bool {
    let Ok(bytes) = URL_SAFE_NO_PAD.decode(text) else { return false };
    let Some((mask, masked)) = bytes.split_at_checked(secret.len()) else { return false };
    masked.len() == secret.len()
        && masked.iter().zip(mask).map(|(masked, mask)| masked ^ mask).eq(secret.bytes())
}

#[cfg(test)]
mod tests {
    use testkit::SeededRng;

    use super::*;

    #[test]
    fn a_secret_is_never_written_the_same_way() {
        let rng = SeededRng::new(1);
        let (one, other) = (mask("secret", &rng), mask("secret", &rng));
        assert_ne!(one, other);
        assert!(is_masked(&one, "secret") && is_masked(&other, "secret"));
        let cut: String = one.chars().skip(1).collect();
        for wrong in ["", "secret", &cut, &format!("{one}A"), &mask("public", &rng)] {
            assert!(!is_masked(wrong, "secret"), "{wrong}");
        }
    }
}
