//! `nowgraph connection`: administration without HTTP, on the database itself.

mod create;
mod credential;
mod delete;
mod health;
mod list;
pub(super) mod patch;
mod print;
mod run;
mod runs;
mod show;
mod sync;
mod test;
mod update;

use clap::{Args, Subcommand, ValueEnum};
use model::{ConnectionId, ConnectionStatus, TenantId};

use super::{ConfigOptions, author};

/// Administer connections without HTTP
///
/// Works on the database itself, also while `nowgraph serve` runs.
#[derive(Debug, Args)]
pub(super) struct Options {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// List the connections of a tenant
    List(list::Options),
    /// Show one connection
    Show(show::Options),
    /// Create a connection
    Create(create::Options),
    /// Change a connection
    Update(update::Options),
    /// Delete a connection
    Delete(delete::Options),
    Credential(credential::Options),
    Test(test::Options),
    Sync(sync::Options),
    Runs(runs::Options),
    Health(health::Options),
}

impl Options {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        match self.command {
            Command::List(options) => options.run().await,
            Command::Show(options) => options.run().await,
            Command::Create(options) => options.run().await,
            Command::Update(options) => options.run().await,
            Command::Delete(options) => options.run().await,
            Command::Credential(options) => options.run().await,
            Command::Test(options) => options.run().await,
            Command::Sync(options) => options.run().await,
            Command::Runs(options) => options.run().await,
            Command::Health(options) => options.run().await,
        }
    }
}

/// What all of them need to know.
#[derive(Debug, Args)]
struct Common {
    /// Tenant that the connections belong to
    #[arg(long, value_name = "GUID")]
    tenant: TenantId,
    /// Print JSON, as the Graph API would answer
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    config: ConfigOptions,
}

/// The status on the command line.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum StatusArgument {
    Enabled,
    Disabled,
}

impl From<StatusArgument> for ConnectionStatus {
    fn from(status: StatusArgument) -> Self {
        match status {
            StatusArgument::Enabled => Self::Enabled,
            StatusArgument::Disabled => Self::Disabled,
        }
    }
}

fn not_found(tenant: TenantId, id: ConnectionId) -> anyhow::Error {
    anyhow::anyhow!("tenant {tenant} has no connection {id}")
}
