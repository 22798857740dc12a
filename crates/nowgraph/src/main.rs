//! The program: command line, configuration, wiring, logging, shutdown.

mod clock;
mod commands;
mod config;
mod logging;
mod network;
mod open;
mod output;
mod rng;
mod server;
mod tls;

use std::io::{Write as _, stderr};
use std::process::ExitCode;

use clap::Parser as _;

use commands::Cli;
use config::ConfigError;
use output::OutputError;

fn main() -> ExitCode {
    let cli = Cli::parse();
    match run(cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if error.downcast_ref().is_some_and(OutputError::reader_has_gone) => {
            ExitCode::SUCCESS
        }
        Err(error) => {
            // Where nobody can read it, nobody can be told either.
            stderr().write_all(format!("error: {error:#}\n").as_bytes()).ok();
            // 2 tells scripts that the call or the configuration is wrong, not the world.
            ExitCode::from(if error.is::<ConfigError>() { 2 } else { 1 })
        }
    }
}

fn run(cli: Cli) -> anyhow::Result<()> {
    logging::start()?;
    identity::install_crypto();
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    runtime.thread_stack_size(STACK).enable_all().build()?.block_on(cli.run())
}

/// Expressions may have a hundred levels, and as many in what stands for a parameter alias; a build
/// without optimisations takes some 25 KB for each. Memory is taken as far as it is used.
const STACK: usize = 16 << 20;
