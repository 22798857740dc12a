//! `nowgraph account`: who may sign in to the console.

mod create;
mod list;
mod password;

use clap::{Args, Subcommand};

/// Administer who may sign in to the console
#[derive(Debug, Args)]
pub(super) struct Options {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// List the accounts of a tenant
    List(list::Options),
    /// Make an account; prints its password, once
    Create(create::Options),
    /// Give an account another password, and end its sessions; prints it, once
    Password(password::Options),
}

impl Options {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        match self.command {
            Command::List(options) => options.run().await,
            Command::Create(options) => options.run().await,
            Command::Password(options) => options.run().await,
        }
    }
}
