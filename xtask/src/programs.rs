//! Where programs are, and who runs them.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};

use crate::shell;

/// The program of this name in `PATH`.
pub(crate) fn in_path(name: &str) -> Option<PathBuf> {
    path_folders().into_iter().map(|folder| folder.join(name)).find(|file| file.is_file())
}

#[expect(clippy::disallowed_methods, reason = "programs are looked up as a shell does")]
pub(crate) fn path_folders() -> Vec<PathBuf> {
    std::env::var_os("PATH").map(|path| std::env::split_paths(&path).collect()).unwrap_or_default()
}

pub(crate) fn cargo(arguments: &[&str]) -> Command {
    let mut command = Command::new("cargo");
    command.args(arguments);
    command
}

/// The binary of a package, as `cargo build` left it for this profile.
pub(crate) fn built(name: &str, profile: &str) -> Result<PathBuf> {
    let xtask = std::env::current_exe()?;
    let target = xtask.parent().and_then(Path::parent).context("xtask runs outside of target/")?;
    Ok(target.join(profile).join(name))
}

/// A user of this machine, by number.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Account {
    pub(crate) user: u32,
    pub(crate) group: u32,
}

impl Account {
    pub(crate) fn named(name: &str) -> Result<Self> {
        let number = |option| -> Result<u32> {
            Ok(shell::read(Command::new("id").args([option, name]))?.parse()?)
        };
        Ok(Self { user: number("-u")?, group: number("-g")? })
    }
}

pub(crate) fn is_root() -> Result<bool> {
    Ok(shell::read(Command::new("id").arg("-u"))? == "0")
}
