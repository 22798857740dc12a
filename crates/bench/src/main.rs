//! Measures a running nowgraph against what the machine can do at all.
//!
//! A number of requests per second says little about a program and much about a machine. So each
//! number comes with a ratio: to a server that answers the same bytes from memory, and for writes
//! to the rate at which SQLite itself commits to the same disk. Rivals take turns within a round,
//! and the median of the rounds is reported.
#![expect(clippy::print_stdout, reason = "terminal program")]

mod ceiling;
mod disk;
mod http;
mod incidents;
mod load;
mod nowgraph;
mod postgres;
mod report;
mod sync;
mod workload;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, Result};
use clap::{Parser, Subcommand};
use tempfile::TempDir;

use crate::nowgraph::{Nowgraph, Program};
use crate::report::{Report, Sample};
use crate::workload::Workload;

#[derive(Debug, Parser)]
#[command(about = "Measure nowgraph against the ceiling of this machine")]
struct Arguments {
    #[command(subcommand)]
    part: Option<Part>,
    /// The program to measure
    #[arg(long, default_value = "target/release/nowgraph")]
    nowgraph: PathBuf,
    #[arg(long, default_value_t = 5)]
    rounds: u32,
    /// Length of one measurement
    #[arg(long, default_value_t = 2.0)]
    seconds: f64,
}

#[derive(Debug, Subcommand)]
enum Part {
    /// Answer the files of a folder from memory (started by the measurement itself)
    #[command(hide = true)]
    Ceiling { folder: PathBuf, workloads: usize },
    /// Reading incidents of a large table
    Incidents(incidents::Options),
    /// The first sync of a large instance
    Sync(sync::Options),
}

#[tokio::main]
async fn main() -> Result<()> {
    let Arguments { part, nowgraph, rounds, seconds } = Arguments::parse();
    let extent = Extent { rounds, length: Duration::from_secs_f64(seconds) };
    match part {
        Some(Part::Ceiling { folder, workloads }) => ceiling::serve(&folder, workloads).await,
        Some(Part::Incidents(options)) => incidents::measure(&nowgraph, &options, extent).await,
        Some(Part::Sync(options)) => sync::measure(&nowgraph, &options).await,
        None => measure(&nowgraph, extent).await,
    }
}

/// How long is measured.
#[derive(Debug, Clone, Copy)]
struct Extent {
    rounds: u32,
    length: Duration,
}

/// A folder beside this program, on a disk: the system's temporary folder may be in memory.
fn folder() -> Result<TempDir> {
    let own = std::env::current_exe()?;
    let place = own.parent().context("this program has no folder")?;
    Ok(tempfile::Builder::new().prefix("nowgraph-bench-").tempdir_in(place)?)
}

async fn measure(binary: &Path, extent: Extent) -> Result<()> {
    let folder = folder()?;
    let program = Program::with_sqlite(binary, folder.path());
    let first = Nowgraph::start(&program)?;
    let first_start = first.start_time;
    drop(first);
    let nowgraph = Nowgraph::start(&program)?;
    println!("binary          {:9.1} MiB", report::mebibytes(std::fs::metadata(binary)?.len()));
    println!("start to ready  {:9} ms, new database", first_start.as_millis());
    println!("start to ready  {:9} ms, existing database", nowgraph.start_time.as_millis());
    println!("memory, idle    {:9.1} MiB", report::mebibytes(nowgraph.resident_bytes()?));

    let token = nowgraph.token()?;
    let workloads = workload::prepare(nowgraph.address, &token).await?;
    let ceiling = ceiling::Process::start(folder.path(), nowgraph.address, &workloads).await?;
    let mut report = Report::default();
    let Extent { rounds, length } = extent;
    for round in 1..=rounds {
        println!("round {round} of {rounds}");
        let rivals = [nowgraph.address, ceiling.address];
        run_round(rivals, &workloads, length, &mut report).await?;
        report.disk_single.push(disk::rows_per_second(folder.path(), 1, length)?);
        report.disk_grouped.push(disk::rows_per_second(folder.path(), load::CLIENTS, length)?);
    }
    println!("memory, loaded  {:9.1} MiB", report::mebibytes(nowgraph.resident_bytes()?));
    println!("{report}");
    Ok(())
}

async fn run_round(
    [nowgraph, ceiling]: [SocketAddr; 2],
    workloads: &[Workload],
    length: Duration,
    report: &mut Report,
) -> Result<()> {
    for workload in workloads {
        let measured = load::run(nowgraph, &workload.requests, length).await?;
        let possible = load::run(ceiling, &workload.requests, length).await?;
        report.add(workload.name, Sample { measured, possible });
    }
    Ok(())
}
