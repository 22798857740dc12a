//! The packages in `tests/js/node_modules`: Microsoft's JavaScript client, a client generator, a
//! client of ServiceNow, and what drives and inspects a browser.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use crate::{install, programs, shell};

/// Where the scripts and their packages are.
pub(crate) const FOLDER: &str = "tests/js";
const LOCK: &str = "tests/js/package-lock.json";
/// The lock file that was installed: written last, so half an installation has none.
const INSTALLED: &str = "tests/js/node_modules/installed-lock.json";

/// The packages must be those of the lock file.
pub(crate) fn check() -> Result<()> {
    if !is_current()? {
        bail!("the packages of {FOLDER} are missing; `cargo xtask test --setup` installs them");
    }
    Ok(())
}

/// Installs the packages, and Node.js, unless both are there.
pub(crate) fn set_up() -> Result<()> {
    for (program, package) in [("node", "nodejs"), ("npm", "npm")] {
        if programs::in_path(program).is_none() {
            install::debian_package(package)?;
        }
    }
    if is_current()? {
        println!("setup: the packages of {FOLDER} are there");
        return Ok(());
    }
    shell::run(npm().args(["ci", "--no-audit", "--no-fund", "--ignore-scripts"]))?;
    fs::copy(LOCK, INSTALLED)?;
    println!("setup: installed {LOCK}");
    Ok(())
}

fn npm() -> Command {
    let mut npm = Command::new("npm");
    npm.current_dir(Path::new(FOLDER));
    npm
}

fn is_current() -> Result<bool> {
    let wanted = fs::read(LOCK).context(LOCK)?;
    let has_node = programs::in_path("node").is_some();
    Ok(has_node && fs::read(INSTALLED).is_ok_and(|installed| installed == wanted))
}
