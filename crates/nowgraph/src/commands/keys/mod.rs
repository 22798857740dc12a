//! `nowgraph keys`: the keys that secrets are sealed under.

mod rotate;

use clap::{Args, Subcommand};

/// Exchange the keys that secrets are sealed under
#[derive(Debug, Args)]
pub(super) struct Options {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Rotate(rotate::Options),
}

impl Options {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let Command::Rotate(options) = self.command;
        options.run().await
    }
}
