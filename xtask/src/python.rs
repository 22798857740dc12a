//! The Python environment in `.venv` that holds Microsoft's SDK.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use crate::{install, programs, shell};

const REQUIREMENTS: &str = "tests/sdk/requirements.txt";
const FOLDER: &str = ".venv";
/// The requirements that were installed: written last, so half an installation has none.
const INSTALLED: &str = ".venv/installed-requirements.txt";

/// The interpreter of the environment, which must hold what the requirements ask for.
pub(crate) fn interpreter() -> Result<PathBuf> {
    if !is_current()? {
        bail!("Microsoft's Python SDK is not in {FOLDER}; `cargo xtask test --setup` installs it");
    }
    Ok(Path::new(FOLDER).join("bin/python"))
}

/// Makes the environment and installs the SDK unless both are there.
pub(crate) fn set_up() -> Result<()> {
    if is_current()? {
        println!("setup: Microsoft's Python SDK is in {FOLDER}");
        return Ok(());
    }
    if programs::in_path("python3").is_none() || !has_venv() {
        install::debian_package("python3-venv")?;
    }
    if Path::new(FOLDER).exists() {
        fs::remove_dir_all(FOLDER)?;
    }
    shell::run(Command::new("python3").args(["-m", "venv", FOLDER]))?;
    // Compiling all of the SDK's modules takes longer than the tests, which import few of them.
    shell::run(Command::new(".venv/bin/pip").args([
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--no-compile",
        "--requirement",
        REQUIREMENTS,
    ]))?;
    fs::copy(REQUIREMENTS, INSTALLED)?;
    println!("setup: installed {REQUIREMENTS} into {FOLDER}");
    Ok(())
}

fn is_current() -> Result<bool> {
    let wanted = fs::read(REQUIREMENTS).context(REQUIREMENTS)?;
    Ok(fs::read(INSTALLED).is_ok_and(|installed| installed == wanted))
}

/// Debian ships `venv` without what fills an environment.
fn has_venv() -> bool {
    shell::read(Command::new("python3").args(["-c", "import venv, ensurepip"])).is_ok()
}
