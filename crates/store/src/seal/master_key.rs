use std::fmt;

use model::Rng;
use zeroize::Zeroizing;

use super::key::Key;

/// The key that everything hangs on. It is never in the database or in a backup of it.
#[derive(Debug)]
pub struct MasterKey(Key);

impl MasterKey {
    /// Makes a new one.
    pub fn generate(rng: &dyn Rng) -> Self {
        Self(Key::generate(rng))
    }

    /// Names the key without giving it away: a prefix of its SHA-256.
    pub fn id(&self) -> impl fmt::Display + use<> {
        self.0.id()
    }

    pub(super) fn from_bytes(bytes: Zeroizing<[u8; Key::BYTES]>) -> Self {
        Self(Key::new(bytes))
    }

    pub(super) fn key(&self) -> &Key {
        &self.0
    }
}
