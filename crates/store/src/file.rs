//! Files that hold what is secret, and that have to last.

#[cfg(unix)]
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;
use std::{fs, io};

/// Makes a file that only its owner reads, unless it is there. SQLite gives its side files the mode
/// of the main file.
pub(crate) fn create_private(path: &Path) -> io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    options.mode(0o600);
    match options.open(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        other => other.map(drop),
    }
}

/// Makes the name last as well as the content.
#[cfg(unix)]
pub(crate) fn flush_directory(path: &Path) -> io::Result<()> {
    let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    fs::File::open(directory.unwrap_or(Path::new(".")))?.sync_all()
}

/// Elsewhere directories cannot be opened, and names are journaled.
#[cfg(not(unix))]
pub(crate) fn flush_directory(_path: &Path) -> io::Result<()> {
    Ok(())
}
