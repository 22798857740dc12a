//! The console of the real binary in Debian's Chromium, with a simulated ServiceNow. The script starts
//! both, since it reads the link to the first account from what `serve` prints.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use crate::node::FOLDER;
use crate::{install, programs, shell};

const SCRIPTS: [&str; 6] = [
    "console/flows.mjs",
    "console/keyboard.mjs",
    "console/session.mjs",
    "console/openid.mjs",
    "console/own_rights.mjs",
    "console/accounts.mjs",
];
const BROWSER: &str = "chromium";
/// It makes sessions older in the database.
const PYTHON: &str = "python3";

pub(crate) fn run() -> Result<()> {
    let browser = browser()?;
    programs::in_path(PYTHON)
        .context("there is no python3; `cargo xtask test --setup` installs what is missing")?;
    shell::run(&mut programs::cargo(&["build", "--package", "nowgraph"]))?;
    let mut tests = Command::new("node");
    tests
        .arg("--test")
        .args(SCRIPTS)
        .current_dir(Path::new(FOLDER))
        .env("NOWGRAPH_BINARY", programs::built("nowgraph", "debug")?)
        .env("NOWGRAPH_CHROMIUM", browser)
        .env("NO_PROXY", "127.0.0.1")
        .env("no_proxy", "127.0.0.1");
    let scripts = SCRIPTS.join(" ");
    println!("{FOLDER}$ node --test {scripts}");
    let status = shell::wait(&mut shell::spawn(&mut tests)?)?;
    if !status.success() {
        bail!("{FOLDER}: {scripts}: {status}");
    }
    Ok(())
}

/// Where the browser is.
pub(crate) fn browser() -> Result<PathBuf> {
    programs::in_path(BROWSER)
        .context("there is no chromium; `cargo xtask test --setup` installs what is missing")
}

pub(crate) fn set_up() -> Result<()> {
    if programs::in_path(PYTHON).is_none() {
        install::debian_package(PYTHON)?;
    }
    if browser().is_err() {
        return install::debian_package(BROWSER);
    }
    println!("setup: {BROWSER} is there");
    Ok(())
}
