use model::{Clock as _, Permission};

use super::{Common, not_found, secret};
use crate::clock::SystemClock;
use crate::commands::names::permission;
use crate::rng::SystemRng;
use crate::{open, output};

/// `nowgraph app create`
#[derive(Debug, clap::Args)]
pub(super) struct Options {
    /// Name for people
    #[arg(long)]
    name: String,
    /// Permission that its tokens carry; repeats
    #[arg(long = "permission", value_name = "P", required = true,
          value_parser = permission(), ignore_case = true)]
    permissions: Vec<Permission>,
    #[command(flatten)]
    common: Common,
}

impl Options {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let config = self.common.config.load(Vec::new())?;
        let store = open::store(&config).await?;
        let (tenant, now) = (self.common.tenant, SystemClock.now());
        let registered = identity::register_application(
            &store,
            tenant,
            &self.name,
            self.permissions,
            now,
            &SystemRng,
        );
        let id = registered.await?.app_id;
        let added =
            identity::add_application_secret(&store, tenant, id, None, now, &SystemRng).await?;
        output::line(format_args!("client_id={id}"))?;
        Ok(secret::print(&added.ok_or_else(|| not_found(tenant, id))?)?)
    }
}
