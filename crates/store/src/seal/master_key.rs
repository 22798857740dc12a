use std::fmt;
use std::path::{Path, PathBuf};

use model::Rng;
use zeroize::Zeroizing;

use super::key::Key;

/// The key that everything hangs on. It is never in the database or in a backup of it.
#[derive(Debug)]
pub struct MasterKey {
    key: Key,
    /// Where it was read, and where another may be put in its place.
    file: Option<PathBuf>,
}

impl MasterKey {
    /// Makes a new one.
    pub fn generate(rng: &dyn Rng) -> Self {
        Self { key: Key::generate(rng), file: None }
    }

    /// Names the key without giving it away: a prefix of its SHA-256.
    pub fn id(&self) -> impl fmt::Display + use<> {
        self.key.id()
    }

    pub(super) fn from_file(bytes: Zeroizing<[u8; Key::BYTES]>, file: &Path) -> Self {
        Self { key: Key::new(bytes), file: Some(file.to_owned()) }
    }

    pub(super) fn key(&self) -> &Key {
        &self.key
    }

    pub(super) fn file(&self) -> Option<&Path> {
        self.file.as_deref()
    }
}
