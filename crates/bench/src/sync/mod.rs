//! The first sync of a simulated instance, beside only downloading the same pages, and only
//! writing the same rows into a table with the same indexes; then how long a change takes to be
//! seen.

mod delay;
mod download;
mod first;
mod instance;
mod spent;
mod upsert;

use std::fs;
use std::path::Path;

use anyhow::Result;

use crate::nowgraph::{Nowgraph, Program};
use crate::{folder, postgres, report};
use first::First;
use instance::Instance;
use spent::Spent;

#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Incidents of the instance
    #[arg(long, default_value_t = 100_000)]
    rows: u32,
    /// Use this PostgreSQL server, in databases that are made and dropped, instead of SQLite
    #[arg(long)]
    postgres: Option<String>,
}

pub(crate) async fn measure(binary: &Path, options: &Options) -> Result<()> {
    let (ours, bare) = (folder()?, folder()?);
    let instance = Instance::start(binary, ours.path(), options.rows)?;
    match &options.postgres {
        None => {
            let program = Program::with_sqlite(binary, ours.path());
            let synced = sync(&program, &instance, "SQLite").await?;
            let disk = bytes_of(ours.path())?;
            let bare = Program::with_sqlite(binary, bare.path());
            bare.migrate()?;
            synced.report(disk, upsert::sqlite(program.database(), bare.database())?);
        }
        Some(server) => {
            let (made, alone) = (
                postgres::Database::create(server).await?,
                postgres::Database::create(server).await?,
            );
            let measured = beside(binary, [ours.path(), bare.path()], &instance, [&made, &alone]);
            let measured = measured.await;
            made.drop().await?;
            alone.drop().await?;
            measured?;
        }
    }
    Ok(())
}

async fn beside(
    binary: &Path,
    [ours, bare]: [&Path; 2],
    instance: &Instance,
    [made, alone]: [&postgres::Database; 2],
) -> Result<()> {
    let program = Program::with_postgres(binary, ours, made.url.clone())?;
    let synced = sync(&program, instance, "PostgreSQL").await?;
    let disk = made.bytes().await?;
    Program::with_postgres(binary, bare, alone.url.clone())?.migrate()?;
    synced.report(disk, upsert::postgres(made, alone).await?);
    Ok(())
}

/// What a first sync was like, and the same pages without it.
struct Synced {
    first: First,
    /// What the pages took alone.
    download: Spent,
    page_bytes: u64,
}

async fn sync(program: &Program, instance: &Instance, name: &str) -> Result<Synced> {
    let mut program = program.clone();
    program.set("NOWGRAPH_EGRESS__PRIVATE", instance.address.to_string());
    program.set("NOWGRAPH_SYNC__INTERVAL", "1s".to_owned());
    let nowgraph = Nowgraph::start(&program)?;
    println!("{name}, {} incidents; load of the machine {}", instance.rows, load()?);
    let first = first::fetch(&nowgraph, instance).await?;
    let delays = delay::measure(&nowgraph, instance, &first.connection).await?;
    println!("{delays}");
    drop(nowgraph);
    let (download, page_bytes) = download::again(instance, &first.pages).await?;
    Ok(Synced { first, download, page_bytes })
}

impl Synced {
    /// `upserts`: what the rows took alone.
    fn report(&self, disk: u64, upserts: Spent) {
        let Self { first, download, page_bytes } = self;
        let took = first.spent.seconds;
        let line = |name: &str, Spent { seconds, processor }: Spent| {
            let (rate, share) = (f64::from(first.rows) / seconds, seconds / took);
            println!(
                "{name:<16}{rate:9.0} rows/s; {seconds:.1} s, {share:.2} of the sync; {processor:.1} s of processors"
            );
        };
        line("first sync", first.spent);
        line("download alone", *download);
        line("upserts alone", upserts);
        line("one, then other", *download + upserts);
        println!("{} pages with {:.1} MiB", first.pages.len(), report::mebibytes(*page_bytes));
        println!("memory at most  {:9.1} MiB", report::mebibytes(first.peak_bytes));
        println!(
            "on disk         {:9.1} MiB; {} bytes a row",
            report::mebibytes(disk),
            disk / u64::from(first.rows)
        );
    }
}

/// Files of a database; a log that is still there counts too.
fn bytes_of(folder: &Path) -> Result<u64> {
    let mut bytes = 0;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_name().to_string_lossy().starts_with("nowgraph.db") {
            bytes += entry.metadata()?.len();
        }
    }
    Ok(bytes)
}

/// Whether others were at work meanwhile.
fn load() -> Result<String> {
    let text = fs::read_to_string("/proc/loadavg")?;
    Ok(text.split(' ').next().unwrap_or_default().to_owned())
}
