//! Reading incidents of a large table, which a simulated instance filled.

mod fill;
mod multiply;
mod questions;

use std::path::Path;

use anyhow::Result;

use crate::nowgraph::{Nowgraph, Program};
use crate::report::Report;
use crate::{Extent, ceiling, folder, postgres, run_round};

#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Rows of the table
    #[arg(long, default_value_t = 100_000)]
    rows: u32,
    /// Use this PostgreSQL server, in a database that is made and dropped, instead of SQLite
    #[arg(long)]
    postgres: Option<String>,
}

pub(crate) async fn measure(binary: &Path, options: &Options, extent: Extent) -> Result<()> {
    let folder = folder()?;
    let (program, made) = match &options.postgres {
        None => (Program::with_sqlite(binary, folder.path()), None),
        Some(server) => {
            let made = postgres::Database::create(server).await?;
            (Program::with_postgres(binary, folder.path(), made.url.clone())?, Some(made))
        }
    };
    let measured = questions(&program, folder.path(), made.as_ref(), options.rows, extent).await;
    if let Some(made) = made {
        made.drop().await?;
    }
    measured
}

async fn questions(
    program: &Program,
    folder: &Path,
    postgres: Option<&postgres::Database>,
    rows: u32,
    Extent { rounds, length }: Extent,
) -> Result<()> {
    let name = if postgres.is_some() { "PostgreSQL" } else { "SQLite" };
    let rate = fill::fill(program, rows.min(multiply::FETCHED))?;
    multiply::multiply(program, postgres, rows).await?;
    if let Some(postgres) = postgres {
        postgres.vacuum().await?;
    }
    let fetched = rows.min(multiply::FETCHED);
    println!(
        "{name}, {rows} incidents; {rate:.0} a second were stored when {fetched} were fetched"
    );
    let nowgraph = Nowgraph::start(program)?;
    let workloads = questions::prepare(nowgraph.address, &nowgraph.token()?, rows).await?;
    let ceiling = ceiling::Process::start(folder, nowgraph.address, &workloads).await?;
    let mut report = Report::default();
    for _ in 0..rounds {
        let rivals = [nowgraph.address, ceiling.address];
        run_round(rivals, &workloads, length, &mut report).await?;
    }
    println!("{report}");
    Ok(())
}
