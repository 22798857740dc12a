//! `cargo xtask bench`: builds the release binaries and runs the measurement of `crates/bench`.

use std::process::Command;

use anyhow::Result;

use crate::postgres::Cluster;
use crate::{programs, shell};

#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// How often each measurement is repeated, its rivals in between
    #[arg(long, default_value_t = 5)]
    rounds: u32,
    /// Length of one measurement
    #[arg(long, default_value_t = 2.0)]
    seconds: f64,
    /// Measure reading of incidents in tables of so many rows; repeats [default: 100000 and 1000000]
    #[arg(long, value_name = "N")]
    rows: Vec<u32>,
}

/// What a large tenant has, and a very large one.
const ROWS: [u32; 2] = [100_000, 1_000_000];

pub(crate) fn run(options: &Options) -> Result<()> {
    shell::run(&mut programs::cargo(&[
        "build",
        "--release",
        "--package",
        "nowgraph",
        "--package",
        "bench",
    ]))?;
    let bench = || -> Result<Command> {
        let mut bench = Command::new(programs::built("bench", "release")?);
        bench.arg("--nowgraph").arg(programs::built("nowgraph", "release")?);
        bench.arg("--rounds").arg(options.rounds.to_string());
        bench.arg("--seconds").arg(options.seconds.to_string());
        Ok(bench)
    };
    shell::run(&mut bench()?)?;
    let cluster = Cluster::start()?;
    let rows = if options.rows.is_empty() { &ROWS[..] } else { &options.rows };
    for rows in rows {
        for server in [None, Some(cluster.url("postgres"))] {
            let mut bench = bench()?;
            bench.args(["incidents", "--rows", &rows.to_string()]);
            bench.args(server.iter().flat_map(|url| ["--postgres", url]));
            shell::run(&mut bench)?;
        }
    }
    Ok(())
}
