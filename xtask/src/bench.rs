//! `cargo xtask bench`: builds the release binaries and runs the measurement of `crates/bench`.

use std::process::Command;

use anyhow::Result;

use crate::{programs, shell};

#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// How often each measurement is repeated, its rivals in between
    #[arg(long, default_value_t = 5)]
    rounds: u32,
    /// Length of one measurement
    #[arg(long, default_value_t = 2.0)]
    seconds: f64,
}

pub(crate) fn run(options: &Options) -> Result<()> {
    shell::run(&mut programs::cargo(&[
        "build",
        "--release",
        "--package",
        "nowgraph",
        "--package",
        "bench",
    ]))?;
    let mut bench = Command::new(programs::built("bench", "release")?);
    bench.arg("--nowgraph").arg(programs::built("nowgraph", "release")?);
    bench.arg("--rounds").arg(options.rounds.to_string());
    shell::run(bench.arg("--seconds").arg(options.seconds.to_string()))
}
