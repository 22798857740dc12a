//! `nowgraph incidents`: what an agent would see, in a terminal.

mod json;
mod table;

use clap::Args;
use model::{Clock as _, ConnectionId, TenantId};
use servicenow::Text;

use super::{ConfigOptions, author};
use crate::clock::SystemClock;
use crate::{open, output};

/// Show the incidents of a person
///
/// Asks ServiceNow now; where it does not answer well or in time, shows what is stored and says why.
#[derive(Debug, Args)]
pub(super) struct Options {
    /// Name that the person signs in with
    #[arg(long, value_name = "UPN", value_parser = Text::parse)]
    user: Text,
    /// Tenant that the connections belong to
    #[arg(long, value_name = "GUID")]
    tenant: TenantId,
    /// Ask this connection only, instead of all of the tenant
    #[arg(long, value_name = "ID")]
    connection: Option<ConnectionId>,
    /// Print JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    config: ConfigOptions,
}

impl Options {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let config = self.config.load(Vec::new())?;
        let store = open::existing_store(&config).await?;
        let sessions = open::sessions(&config, open::door(&config)?, store.clone());
        let live = open::user_incidents(&config, sessions, store.clone());
        let list = match self.connection {
            None => live.of_tenant(self.tenant, &self.user, None).await?,
            Some(id) => {
                let connection = store.load_connection(self.tenant, id).await?;
                let tenant = self.tenant;
                let none = || anyhow::anyhow!("tenant {tenant} has no connection {id}");
                live.of_connection(&connection.ok_or_else(none)?, &self.user, None).await?
            }
        };
        let rows = u64::try_from(list.incidents.len()).unwrap_or(u64::MAX);
        let key = (self.tenant, self.connection);
        let event = author().viewed(key, self.user.as_str(), rows, SystemClock.now());
        store.record_event(event).await?;
        let text = if self.json { json::of(&list).to_string() } else { table::of(&list) };
        Ok(output::line(text)?)
    }
}
