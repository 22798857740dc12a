use model::Rng;
use zeroize::Zeroizing;

use super::SealError;
use super::key::{Key, Sealed};

/// Where a sealed value lives: it opens nowhere else.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place<'a> {
    pub(crate) table: &'static str,
    /// Primary key of the row.
    pub(crate) row: &'a [&'a str],
}

impl Place<'_> {
    pub(crate) fn seal(
        &self,
        key: &Key,
        secret: &[u8],
        rng: &dyn Rng,
    ) -> Result<Vec<u8>, SealError> {
        key.seal(&self.name(), secret, rng).ok_or(SealError::UnknownForm { table: self.table })
    }

    pub(crate) fn open<'k>(
        &self,
        sealed: &[u8],
        key: impl FnOnce(String) -> Result<&'k Key, SealError>,
    ) -> Result<Zeroizing<Vec<u8>>, SealError> {
        let sealed = Sealed::parse(sealed).ok_or(SealError::UnknownForm { table: self.table })?;
        let key = key(sealed.key_id())?;
        let tampered = || SealError::Tampered { table: self.table, key: sealed.key_id() };
        key.open(&self.name(), &sealed).ok_or_else(tampered)
    }

    /// Each part with its length, so that no two places have the same name.
    fn name(&self) -> Vec<u8> {
        let parts = std::iter::once(&self.table).chain(self.row);
        parts
            .flat_map(|part| {
                let length = u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes();
                length.into_iter().chain(part.bytes())
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU8, Ordering};

    use super::*;

    #[derive(Debug, Default)]
    struct Counting(AtomicU8);

    impl Rng for Counting {
        fn fill(&self, buffer: &mut [u8]) {
            buffer.fill(self.0.fetch_add(1, Ordering::Relaxed));
        }
    }

    const PLACE: Place<'_> = Place { table: "service_key", row: &["a", "bc"] };

    fn open(place: Place<'_>, sealed: &[u8], key: &Key) -> Result<Vec<u8>, SealError> {
        place.open(sealed, |_id| Ok(key)).map(|secret| secret.to_vec())
    }

    #[test]
    fn a_sealed_value_opens_in_its_place() {
        let rng = Counting::default();
        let key = Key::generate(&rng);
        for secret in [&b""[..], b"secret", &[7; 10_000]] {
            let sealed = PLACE.seal(&key, secret, &rng).unwrap();
            assert!(secret.is_empty() || !sealed.windows(secret.len()).any(|part| part == secret));
            assert_eq!(open(PLACE, &sealed, &key).unwrap(), secret);
        }
    }

    #[test]
    fn it_opens_nowhere_else() {
        let rng = Counting::default();
        let key = Key::generate(&rng);
        let sealed = PLACE.seal(&key, b"secret", &rng).unwrap();
        for (table, row) in [
            ("signing_key", &["a", "bc"][..]),
            ("service_key", &["a"]),
            ("service_key", &["ab", "c"]),
            ("service_key", &["a", "bc", ""]),
        ] {
            let error = open(Place { table, row }, &sealed, &key).unwrap_err();
            assert_eq!(error, SealError::Tampered { table, key: key.id() });
        }
        let other = Key::generate(&rng);
        assert!(matches!(open(PLACE, &sealed, &other), Err(SealError::Tampered { .. })));
    }

    #[test]
    fn any_changed_byte_is_noticed() {
        let rng = Counting::default();
        let key = Key::generate(&rng);
        let sealed = PLACE.seal(&key, b"secret", &rng).unwrap();
        for index in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[index] ^= 1;
            let got = PLACE.open(&changed, |id| {
                if id == key.id() {
                    Ok(&key)
                } else {
                    Err(SealError::UnknownDataKey { needed: id })
                }
            });
            assert!(got.is_err(), "byte {index}");
            assert!(open(PLACE, &sealed[..index], &key).is_err(), "cut at {index}");
        }
    }

    #[test]
    fn keys_do_not_print() {
        let key = Key::new(Zeroizing::new([0xAB; 32]));
        assert_eq!(format!("{key:?}"), format!("Key {{ id: {:?}, .. }}", key.id()));
        assert!(!format!("{key:?}").contains("abab"));
    }
}
