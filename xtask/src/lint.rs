//! `cargo xtask lint`: everything that can be judged without running the program.

use std::path::Path;

use anyhow::{Result, bail};

use crate::{programs, shell, tidy};

const CARGO_DENY: &str = "0.20.2";

pub(crate) fn run(setup: bool) -> Result<()> {
    if setup {
        set_up()?;
    }
    shell::run_all(
        "lint",
        &[
            ("fmt", &|| shell::run(&mut programs::cargo(&["fmt", "--all", "--check"]))),
            ("clippy", &clippy),
            ("doc", &doc),
            ("tidy", &|| tidy::check(Path::new("."))),
            ("deny", &deny),
        ],
    )
}

fn clippy() -> Result<()> {
    let mut clippy = programs::cargo(&["clippy", "--workspace", "--all-targets"]);
    shell::run(clippy.args(["--", "-D", "warnings"]))
}

fn doc() -> Result<()> {
    let mut doc = programs::cargo(&["doc", "--workspace", "--no-deps"]);
    shell::run(doc.env("RUSTDOCFLAGS", "-D warnings"))
}

/// Advisories are left out: their database is not reachable from everywhere.
fn deny() -> Result<()> {
    if !has_cargo_deny() {
        bail!("cargo-deny is missing; `cargo xtask lint --setup` installs it");
    }
    let mut deny = programs::cargo(&["deny", "--log-level", "error", "check"]);
    shell::run(deny.args(["bans", "licenses", "sources"]))
}

/// Compiling cargo-deny takes about four minutes on two cores, once per machine.
fn set_up() -> Result<()> {
    if has_cargo_deny() {
        println!("setup: cargo-deny is there");
        return Ok(());
    }
    let mut install = programs::cargo(&["install", "cargo-deny", "--version", CARGO_DENY]);
    shell::run(install.args(["--locked", "--no-default-features"]))?;
    println!("setup: installed cargo-deny {CARGO_DENY}");
    Ok(())
}

/// Asks cargo, which also finds its subcommands outside of `PATH`.
fn has_cargo_deny() -> bool {
    shell::read(&mut programs::cargo(&["deny", "--version"])).is_ok()
}
