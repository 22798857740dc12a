use clap::{Args, Subcommand};
use model::Clock as _;

use super::ConfigOptions;
use crate::clock::SystemClock;
use crate::output;
use crate::tls::local_ca::LocalCa;
use crate::tls::{ca_folder, names};

/// The local certificate authority of --tls-dev
#[derive(Debug, Args)]
pub(super) struct Options {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Print the certificate of the authority in PEM; makes the authority if there is none
    ///
    /// Clients that trust it trust a server that was started with --tls-dev on the same data.
    Export(ConfigOptions),
}

impl Options {
    pub(super) fn run(self) -> anyhow::Result<()> {
        let Command::Export(options) = self.command;
        let config = options.load(Vec::new())?;
        let ca = LocalCa::in_folder(&ca_folder(&config)?, &names(&config), SystemClock.now())?;
        Ok(output::line(ca.certificate.trim_end())?)
    }
}
