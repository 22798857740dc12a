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
    /// Measure with so many incidents; repeats [default: 100000 and 1000000]
    #[arg(long, value_name = "N")]
    rows: Vec<u32>,
    /// Measure nothing else [default: all three]
    #[arg(long, value_enum)]
    only: Option<Part>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Part {
    /// Reading and changing connections
    Connections,
    /// Reading incidents of a large table
    Incidents,
    /// The first sync of a large instance
    Sync,
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
    let wanted = |part| options.only.is_none_or(|only| only == part);
    if wanted(Part::Connections) {
        shell::run(&mut bench()?)?;
    }
    if options.only == Some(Part::Connections) {
        return Ok(());
    }
    let cluster = Cluster::start()?;
    let rows = if options.rows.is_empty() { &ROWS[..] } else { &options.rows };
    for (part, name) in [(Part::Incidents, "incidents"), (Part::Sync, "sync")] {
        for rows in rows.iter().filter(|_| wanted(part)) {
            for server in [None, Some(cluster.url("postgres"))] {
                let mut bench = bench()?;
                bench.args([name, "--rows", &rows.to_string()]);
                bench.args(server.iter().flat_map(|url| ["--postgres", url]));
                shell::run(&mut bench)?;
            }
        }
    }
    Ok(())
}
