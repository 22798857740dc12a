use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
#[cfg(unix)]
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use model::Rng;
use zeroize::Zeroizing;

use super::hex::hex;
use super::key::Key;
use super::master_key::MasterKey;
use crate::file::flush_directory;

/// No master key in that file.
#[derive(Debug, thiserror::Error)]
pub enum MasterKeyError {
    /// It cannot be read.
    #[error("the master key {} cannot be read", path.display())]
    Read {
        /// Which file.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// It cannot be made.
    #[error("the master key {} cannot be written", path.display())]
    Write {
        /// Which file.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// Others may read or change it.
    #[error("the master key {} is open to others, its mode should be 0600", path.display())]
    Open {
        /// Which file.
        path: PathBuf,
    },
    /// Not a key.
    #[error("the master key {} is not 32 bytes in hexadecimal or base64", path.display())]
    Form {
        /// Which file.
        path: PathBuf,
    },
    /// The database has been used with a key already; a new one would not open its secrets.
    #[error("the database {} exists, but not its master key {}", database.display(), path.display())]
    Missing {
        /// The database.
        database: PathBuf,
        /// Where its key is expected.
        path: PathBuf,
    },
}

impl MasterKey {
    /// Reads 32 bytes in hexadecimal or base64 from a file that is closed to other users. The
    /// group may read it, as mounted secrets are made that way.
    pub fn load(path: &Path) -> Result<Self, MasterKeyError> {
        let failed = |source| MasterKeyError::Read { path: path.to_owned(), source };
        let file = File::open(path).map_err(failed)?;
        if is_open_to_others(&file).map_err(failed)? {
            return Err(MasterKeyError::Open { path: path.to_owned() });
        }
        // Room for all that is a key, so that the text is not left behind by a growing buffer.
        let mut text = Zeroizing::new(String::with_capacity(4 * Key::BYTES));
        let read = file.take(4 * Key::BYTES as u64).read_to_string(&mut text);
        read.map_err(failed)?;
        let key = parse(text.trim()).ok_or_else(|| MasterKeyError::Form { path: path.to_owned() });
        key.map(|key| Self::from_file(key, path))
    }

    /// The key of a database file, `<database>.key`; made together with a new database.
    pub fn beside(database: &Path, rng: &dyn Rng) -> Result<Self, MasterKeyError> {
        let path = Self::path_beside(database);
        // In this order: whoever made the database made its key before.
        let used = fs::metadata(database).is_ok_and(|metadata| metadata.len() > 0);
        match Self::load(&path) {
            Err(MasterKeyError::Read { source, .. })
                if source.kind() == io::ErrorKind::NotFound => {}
            result => return result,
        }
        if used {
            return Err(MasterKeyError::Missing { database: database.to_owned(), path });
        }
        match Self::generate(rng).save_new(&path) {
            Err(source) if source.kind() != io::ErrorKind::AlreadyExists => {
                Err(MasterKeyError::Write { path, source })
            }
            Ok(()) | Err(_) => Self::load(&path),
        }
    }

    /// Where the key of a database file is, unless the settings name another place.
    pub fn path_beside(database: &Path) -> PathBuf {
        let mut path = database.as_os_str().to_owned();
        path.push(".key");
        PathBuf::from(path)
    }

    /// Writes a whole file or none, and never over another one.
    fn save_new(&self, path: &Path) -> io::Result<()> {
        let mut draft = path.as_os_str().to_owned();
        draft.push(format!(".{}", std::process::id()));
        let draft = PathBuf::from(draft);
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        options.mode(0o600);
        let text = Zeroizing::new(hex(self.key().bytes()));
        let mut file = options.open(&draft)?;
        let linked = file
            .write_all(text.as_bytes())
            .and_then(|()| file.sync_all())
            .and_then(|()| fs::hard_link(&draft, path));
        fs::remove_file(&draft)?;
        linked?;
        flush_directory(path)
    }
}

fn parse(text: &str) -> Option<Zeroizing<[u8; Key::BYTES]>> {
    let mut bytes = Zeroizing::new([0; Key::BYTES]);
    if text.len() == 2 * Key::BYTES {
        let mut digits = text.chars().map(|digit| digit.to_digit(16));
        for byte in bytes.iter_mut() {
            let (high, low) = (digits.next()??, digits.next()??);
            *byte = u8::try_from(high << 4 | low).ok()?;
        }
        return Some(bytes);
    }
    let decoded = Zeroizing::new(STANDARD.decode(text).ok()?);
    bytes.copy_from_slice(decoded.get(..).filter(|decoded| decoded.len() == Key::BYTES)?);
    Some(bytes)
}

#[cfg(unix)]
fn is_open_to_others(file: &File) -> io::Result<bool> {
    Ok(file.metadata()?.permissions().mode() & 0o027 != 0)
}

#[cfg(not(unix))]
fn is_open_to_others(_file: &File) -> io::Result<bool> {
    Ok(false)
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::fs::Permissions;

    use super::*;

    #[derive(Debug)]
    struct Always(u8);

    impl Rng for Always {
        fn fill(&self, buffer: &mut [u8]) {
            buffer.fill(self.0);
        }
    }

    fn written(text: &str, mode: u32) -> (tempfile::TempDir, PathBuf) {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("master.key");
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
        (directory, path)
    }

    #[test]
    fn hexadecimal_and_base64_are_read() {
        let id = |byte| MasterKey::generate(&Always(byte)).id().to_string();
        for text in ["ab".repeat(32), "AB".repeat(32) + "\n", STANDARD.encode([0xAB; 32])] {
            let (_directory, path) = written(&text, 0o440);
            assert_eq!(MasterKey::load(&path).unwrap().id().to_string(), id(0xAB), "{text}");
        }
        for text in ["", "ab", &"ab".repeat(33), &"xy".repeat(32), &STANDARD.encode([1; 31])] {
            let (_directory, path) = written(text, 0o600);
            assert!(matches!(MasterKey::load(&path), Err(MasterKeyError::Form { .. })), "{text}");
        }
    }

    #[test]
    fn a_file_open_to_others_is_refused() {
        for mode in [0o604, 0o602, 0o620] {
            let (_directory, path) = written(&"ab".repeat(32), mode);
            assert!(matches!(MasterKey::load(&path), Err(MasterKeyError::Open { .. })), "{mode:o}");
        }
    }

    #[test]
    fn the_key_of_a_new_database_is_made_once() {
        let directory = tempfile::tempdir().unwrap();
        let database = directory.path().join("now.db");
        let first = MasterKey::beside(&database, &Always(1)).unwrap();
        let again = MasterKey::beside(&database, &Always(2)).unwrap();
        assert_eq!(first.id().to_string(), again.id().to_string());
        let path = directory.path().join("now.db.key");
        assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1, "a draft is left");
    }

    #[test]
    fn a_used_database_gets_no_new_key() {
        let directory = tempfile::tempdir().unwrap();
        let database = directory.path().join("now.db");
        fs::write(&database, "data").unwrap();
        let made = MasterKey::beside(&database, &Always(1));
        assert!(matches!(made, Err(MasterKeyError::Missing { .. })), "{made:?}");
    }

    #[test]
    fn a_key_is_never_written_over_another() {
        let (_directory, path) = written("precious", 0o600);
        let error = MasterKey::generate(&Always(1)).save_new(&path).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(fs::read_to_string(&path).unwrap(), "precious");
    }
}
