//! `nowgraph connection credential`: what a connection signs in with.

mod delete;
mod print;
mod secrets;
mod set;
mod show;

use anyhow::anyhow;
use clap::{Args, Subcommand};
use model::{ConnectionId, TenantId};
use store::Store;

use super::not_found;

/// Administer what a connection signs in with
#[derive(Debug, Args)]
pub(super) struct Options {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Set(set::Options),
    /// Show how a connection signs in, without its secrets
    Show(show::Options),
    /// Delete the credential of a connection
    Delete(delete::Options),
}

impl Options {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        match self.command {
            Command::Set(options) => options.run().await,
            Command::Show(options) => options.run().await,
            Command::Delete(options) => options.run().await,
        }
    }
}

/// Says which of the two is missing, the credential or its connection.
async fn missing(store: &Store, tenant: TenantId, id: ConnectionId) -> anyhow::Error {
    match store.load_connection(tenant, id).await {
        Ok(Some(_)) => anyhow!("connection {id} has no credential"),
        Ok(None) => not_found(tenant, id),
        Err(error) => error.into(),
    }
}
