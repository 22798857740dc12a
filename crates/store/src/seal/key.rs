use std::fmt;

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, MAX_TAG_LEN, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::digest::{SHA256, digest};
use model::Rng;
use zeroize::Zeroizing;

use super::hex::hex;

/// A key of AES-256-GCM and its name.
pub(crate) struct Key {
    id: [u8; Self::ID],
    bytes: Zeroizing<[u8; Self::BYTES]>,
}

impl Key {
    pub(crate) const BYTES: usize = 32;
    pub(crate) const ID: usize = 8;
    const PREFIX: usize = 1 + Self::ID + NONCE_LEN;
    /// First byte of what is sealed, for the day when another algorithm follows.
    const VERSION: u8 = 1;

    pub(crate) fn generate(rng: &dyn Rng) -> Self {
        let mut bytes = Zeroizing::new([0; Self::BYTES]);
        rng.fill(bytes.as_mut_slice());
        Self::new(bytes)
    }

    pub(crate) fn new(bytes: Zeroizing<[u8; Self::BYTES]>) -> Self {
        let mut id = [0; Self::ID];
        let hash = digest(&SHA256, bytes.as_slice());
        id.iter_mut().zip(hash.as_ref()).for_each(|(to, from)| *to = *from);
        Self { id, bytes }
    }

    /// The beginning of the SHA-256 of the key; tells keys apart and gives nothing away.
    pub(crate) fn id(&self) -> String {
        hex(&self.id)
    }

    pub(crate) fn id_bytes(&self) -> &[u8; Self::ID] {
        &self.id
    }

    pub(crate) fn bytes(&self) -> &[u8; Self::BYTES] {
        &self.bytes
    }

    /// Version, key id, nonce, ciphertext, tag. `None` only for texts of gigabytes.
    pub(crate) fn seal(&self, aad: &[u8], secret: &[u8], rng: &dyn Rng) -> Option<Vec<u8>> {
        let mut nonce = [0; NONCE_LEN];
        rng.fill(&mut nonce);
        let mut sealed =
            Vec::with_capacity(Self::PREFIX.checked_add(secret.len())?.checked_add(MAX_TAG_LEN)?);
        sealed.push(Self::VERSION);
        sealed.extend_from_slice(&self.id);
        sealed.extend_from_slice(&nonce);
        sealed.extend_from_slice(secret);
        let nonce = Nonce::assume_unique_for_key(nonce);
        let (_, text) = sealed.split_at_mut_checked(Self::PREFIX)?;
        let tag = self.cipher()?.seal_in_place_separate_tag(nonce, Aad::from(aad), text).ok()?;
        sealed.extend_from_slice(tag.as_ref());
        Some(sealed)
    }

    /// `None` if it was not this key, not this place, or not this text.
    pub(crate) fn open(&self, aad: &[u8], sealed: &Sealed<'_>) -> Option<Zeroizing<Vec<u8>>> {
        let mut text = Zeroizing::new(sealed.text.to_vec());
        let nonce = Nonce::try_assume_unique_for_key(sealed.nonce).ok()?;
        let length = self.cipher()?.open_in_place(nonce, Aad::from(aad), &mut text).ok()?.len();
        text.truncate(length);
        Some(text)
    }

    fn cipher(&self) -> Option<LessSafeKey> {
        UnboundKey::new(&AES_256_GCM, self.bytes.as_slice()).ok().map(LessSafeKey::new)
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Key").field("id", &self.id()).finish_non_exhaustive()
    }
}

/// A sealed value taken apart.
pub(crate) struct Sealed<'a> {
    key: &'a [u8],
    nonce: &'a [u8],
    text: &'a [u8],
}

impl<'a> Sealed<'a> {
    /// `None` if it is too short or of another version.
    pub(crate) fn parse(bytes: &'a [u8]) -> Option<Self> {
        let (version, rest) = bytes.split_first()?;
        let (key, rest) = rest.split_at_checked(Key::ID)?;
        let (nonce, text) = rest.split_at_checked(NONCE_LEN)?;
        (*version == Key::VERSION).then_some(Self { key, nonce, text })
    }

    /// Id of the key that it says it was sealed under.
    pub(crate) fn key_id(&self) -> String {
        hex(self.key)
    }
}
