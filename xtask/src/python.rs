//! Python environments, each with the packages that one file asks for.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use crate::{install, programs, shell};

#[derive(Debug, Clone, Copy)]
pub(crate) struct Environment {
    what: &'static str,
    requirements: &'static str,
    folder: &'static str,
}

/// Microsoft's SDK.
pub(crate) const SDK: Environment = Environment {
    what: "Microsoft's Python SDK",
    requirements: "tests/sdk/requirements.txt",
    folder: ".venv",
};
/// Clients of ServiceNow, of which some ask for old versions of what the SDK brings along.
pub(crate) const SNOW: Environment = Environment {
    what: "ServiceNow's Python clients",
    requirements: "tests/snow/requirements.txt",
    folder: ".venv-snow",
};

/// A validator of OpenAPI documents, and what asks a service whether they are true.
pub(crate) const OPENAPI: Environment = Environment {
    what: "schemathesis and a validator of OpenAPI",
    requirements: "tests/openapi/requirements.txt",
    folder: ".venv-openapi",
};

impl Environment {
    /// The interpreter of the environment, which must hold what the requirements ask for.
    pub(crate) fn interpreter(self) -> Result<PathBuf> {
        let Self { what, folder, .. } = self;
        if !self.is_current()? {
            bail!("{what}: not in {folder}; `cargo xtask test --setup` installs what is missing");
        }
        Ok(Path::new(folder).join("bin/python"))
    }

    /// Makes the environment and fills it unless that was done.
    pub(crate) fn set_up(self) -> Result<()> {
        let Self { what, requirements, folder } = self;
        if self.is_current()? {
            println!("setup: {what}: in {folder}");
            return Ok(());
        }
        if programs::in_path("python3").is_none() || !has_venv() {
            install::debian_package("python3-venv")?;
        }
        if Path::new(folder).exists() {
            fs::remove_dir_all(folder)?;
        }
        shell::run(Command::new("python3").args(["-m", "venv", folder]))?;
        // Compiling all modules takes longer than the tests, which import few of them.
        let mut pip = Command::new(Path::new(folder).join("bin/pip"));
        pip.args(["install", "--quiet", "--disable-pip-version-check", "--no-compile"]);
        shell::run(pip.args(["--requirement", requirements]))?;
        fs::copy(requirements, self.installed())?;
        println!("setup: installed {requirements} into {folder}");
        Ok(())
    }

    fn is_current(self) -> Result<bool> {
        let wanted = fs::read(self.requirements).context(self.requirements)?;
        Ok(fs::read(self.installed()).is_ok_and(|installed| installed == wanted))
    }

    /// The requirements that were installed: written last, so half an installation has none.
    fn installed(self) -> PathBuf {
        Path::new(self.folder).join("installed-requirements.txt")
    }
}

/// Debian ships `venv` without what fills an environment.
fn has_venv() -> bool {
    shell::read(Command::new("python3").args(["-c", "import venv, ensurepip"])).is_ok()
}
