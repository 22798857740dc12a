use anyhow::anyhow;
use clap::Subcommand;
use identity::NewSecret;
use model::Clock as _;
use secrecy::ExposeSecret as _;
use uuid::Uuid;

use super::{Common, not_found};
use crate::clock::SystemClock;
use crate::output::{self, OutputError};
use crate::rng::SystemRng;

/// `nowgraph app secret`
#[derive(Debug, clap::Args)]
pub(super) struct Options {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Add a secret; prints it, once
    Add {
        /// Client id of the application
        client_id: Uuid,
        /// Days until it ends; without it, it does not
        #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
        days: Option<u16>,
        #[command(flatten)]
        common: Common,
    },
    /// Remove a secret
    Remove {
        /// Client id of the application
        client_id: Uuid,
        /// Id of the secret
        secret_id: Uuid,
        #[command(flatten)]
        common: Common,
    },
}

impl Options {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        match self.command {
            Command::Add { client_id, common, days } => add(client_id, &common, days).await,
            Command::Remove { client_id, secret_id, common } => {
                remove(client_id, secret_id, &common).await
            }
        }
    }
}

async fn add(client_id: Uuid, common: &Common, days: Option<u16>) -> anyhow::Result<()> {
    let store = common.config.existing_store().await?;
    let now = SystemClock.now();
    let expires = days.map(|days| now.plus_seconds(i64::from(days) * 24 * 3600));
    let tenant = common.tenant;
    let added =
        identity::add_application_secret(&store, tenant, client_id, expires, now, &SystemRng);
    Ok(print(&added.await?.ok_or_else(|| not_found(tenant, client_id))?)?)
}

async fn remove(client_id: Uuid, secret_id: Uuid, common: &Common) -> anyhow::Result<()> {
    let store = common.config.existing_store().await?;
    if !store.remove_application_secret(common.tenant, client_id, secret_id).await? {
        return Err(anyhow!("application {client_id} has no secret {secret_id}"));
    }
    Ok(output::line(format_args!("removed {secret_id}"))?)
}

/// The only time that the text is shown.
pub(super) fn print(secret: &NewSecret) -> Result<(), OutputError> {
    let text = secret.text.expose_secret();
    output::line(format_args!("client_secret={text}\nsecret_id={}", secret.id))
}
