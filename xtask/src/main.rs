//! Every chore of the repository: `cargo xtask test`, `lint`, `ci`, `bench`, `figures`.
#![expect(clippy::print_stdout, reason = "terminal program")]

mod bench;
mod desk;
mod figures;
mod install;
mod lint;
mod node;
mod postgres;
mod programs;
mod python;
mod server;
mod shell;
mod source;
mod test;
mod tidy;

use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context as _, Result};
use clap::{Parser, Subcommand};

#[derive(Debug, Parser)]
#[command(name = "cargo xtask", about = "Every chore of the repository")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Run the tests: all of them, or one part
    Test {
        /// Install what is missing first
        #[arg(long)]
        setup: bool,
        /// Run this part only
        part: Option<test::Part>,
    },
    /// Check formatting, lints, documentation, house rules and dependencies
    Lint {
        /// Install what is missing first
        #[arg(long)]
        setup: bool,
    },
    /// What must pass before a merge: `test --setup`, then `lint --setup`
    Ci,
    /// Measure requests per second against what this machine can do
    Bench(bench::Options),
    /// Count dependencies, and lines of files and functions
    Figures {
        /// Also time builds from nothing (slow)
        #[arg(long)]
        build: bool,
    },
}

fn main() -> ExitCode {
    match run(Arguments::parse().task) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("\nxtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(task: Task) -> Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().context("xtask has no parent")?;
    std::env::set_current_dir(root)?;
    shell::catch_interrupts()?;
    match task {
        Task::Test { setup, part } => test::run(setup, part),
        Task::Lint { setup } => lint::run(setup),
        Task::Ci => test::run(true, None).and_then(|()| lint::run(true)),
        Task::Bench(options) => bench::run(&options),
        Task::Figures { build } => figures::run(build),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::Arguments;

    #[test]
    fn command_line_is_consistent() {
        Arguments::command().debug_assert();
    }
}
