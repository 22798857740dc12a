//! `nowgraph app`: the applications registered at the built-in issuer.

mod create;
mod delete;
mod list;
mod secret;

use clap::{Args, Subcommand};
use model::TenantId;
use uuid::Uuid;

use super::ConfigOptions;

/// Administer the applications registered at the built-in issuer
///
/// An application gets its tokens with its client id and secret, as from Entra ID, at
/// /TENANT/oauth2/v2.0/token.
#[derive(Debug, Args)]
pub(super) struct Options {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// List the applications of a tenant
    List(list::Options),
    /// Register an application; prints its secret, once
    Create(create::Options),
    /// Delete an application; tokens it has stay valid until they expire
    Delete(delete::Options),
    /// Add or remove a secret
    Secret(secret::Options),
}

impl Options {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        match self.command {
            Command::List(options) => options.run().await,
            Command::Create(options) => options.run().await,
            Command::Delete(options) => options.run().await,
            Command::Secret(options) => options.run().await,
        }
    }
}

/// What all of them need to know.
#[derive(Debug, Args)]
struct Common {
    /// Tenant that the applications belong to
    #[arg(long, value_name = "GUID")]
    tenant: TenantId,
    #[command(flatten)]
    config: ConfigOptions,
}

fn not_found(tenant: TenantId, id: Uuid) -> anyhow::Error {
    anyhow::anyhow!("tenant {tenant} has no application {id}")
}
