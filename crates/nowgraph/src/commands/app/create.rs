#![expect(clippy::print_stdout, reason = "terminal program")]

use model::{Clock as _, Permission};

use super::{Common, not_found, secret};
use crate::clock::SystemClock;
use crate::open;
use crate::rng::SystemRng;

/// `nowgraph app create`
#[derive(Debug, clap::Args)]
pub(super) struct Options {
    #[command(flatten)]
    common: Common,
    /// Name for people
    #[arg(long)]
    name: String,
    /// Permission that its tokens carry; repeats
    #[arg(long = "permission", value_name = "P", required = true)]
    permissions: Vec<Permission>,
}

impl Options {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let config = self.common.config.load(None)?;
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
        println!("client_id={id}");
        secret::print(&added.ok_or_else(|| not_found(tenant, id))?);
        Ok(())
    }
}
