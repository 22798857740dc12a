use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::{fs, io};

use super::BackupError;
use crate::file::{create_private, flush_directory};

/// A database file that gets its name when it is whole, and vanishes otherwise.
#[derive(Debug)]
pub(super) struct Draft {
    name: PathBuf,
    path: PathBuf,
}

impl Draft {
    pub(super) fn of(name: &Path) -> Result<Self, BackupError> {
        if fs::symlink_metadata(name).is_ok() {
            return Err(BackupError::Exists { path: name.to_owned() });
        }
        let draft = Self { name: name.to_owned(), path: with(name, ".draft") };
        // One that a killed process left.
        draft.remove();
        create_private(&draft.path).map_err(|source| draft.failed(source))?;
        Ok(draft)
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn finish(self) -> Result<(), BackupError> {
        let flush = || fs::File::open(&self.path)?.sync_all();
        // Unlike a new name, a link is never put in another file's place.
        let link = |()| fs::hard_link(&self.path, &self.name);
        match flush().and_then(link).and_then(|()| flush_directory(&self.name)) {
            Err(source) if source.kind() == io::ErrorKind::AlreadyExists => {
                Err(BackupError::Exists { path: self.name.clone() })
            }
            done => done.map_err(|source| self.failed(source)),
        }
    }

    fn failed(&self, source: io::Error) -> BackupError {
        BackupError::Write { path: self.name.clone(), source }
    }

    fn remove(&self) {
        for side in ["", "-journal", "-wal", "-shm"] {
            // There is nothing to do about one that stays.
            fs::remove_file(with(&self.path, side)).ok();
        }
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        self.remove();
    }
}

fn with(path: &Path, end: &str) -> PathBuf {
    let mut path = OsString::from(path);
    path.push(end);
    path.into()
}
