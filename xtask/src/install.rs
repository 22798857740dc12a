//! Installs packages of the operating system.

use std::process::Command;

use anyhow::{Result, bail};

use crate::{programs, shell};

/// Installs a Debian package as root or through sudo.
pub(crate) fn debian_package(package: &str) -> Result<()> {
    if programs::in_path("apt-get").is_none() {
        bail!("install what Debian calls `{package}` with the package manager of this system");
    }
    shell::run(apt_get(package)?.arg("update"))?;
    shell::run(apt_get(package)?.args(["install", "-y", "--no-install-recommends", package]))?;
    println!("setup: installed the Debian package {package}");
    Ok(())
}

fn apt_get(package: &str) -> Result<Command> {
    let mut command = if programs::is_root()? {
        Command::new("env")
    } else if programs::in_path("sudo").is_some() {
        let mut command = Command::new("sudo");
        command.arg("env");
        command
    } else {
        bail!("not root and no sudo: have someone run `apt-get install -y {package}`");
    };
    command.args(["DEBIAN_FRONTEND=noninteractive", "apt-get", "-q"]);
    Ok(command)
}
