//! The program: command line, configuration, wiring, logging, shutdown.

mod clock;
mod commands;
mod config;
mod logging;
mod open;
mod rng;
mod server;

use std::process::ExitCode;

use clap::Parser as _;

use commands::Cli;
use config::ConfigError;

fn main() -> ExitCode {
    let cli = Cli::parse();
    logging::start();
    identity::install_crypto();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let done = match runtime {
        Ok(runtime) => runtime.block_on(cli.run()),
        Err(error) => Err(error.into()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            #[expect(clippy::print_stderr, reason = "the last words of a terminal program")]
            {
                eprintln!("error: {error:#}");
            }
            // 2 tells scripts that the call or the configuration is wrong, not the world.
            ExitCode::from(if error.is::<ConfigError>() { 2 } else { 1 })
        }
    }
}
