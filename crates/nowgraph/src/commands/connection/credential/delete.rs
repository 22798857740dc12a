use model::ConnectionId;

use super::super::{Common, author};
use super::missing;
use crate::output;

/// `nowgraph connection credential delete`
#[derive(Debug, clap::Args)]
pub(super) struct Options {
    /// Id of the connection
    id: ConnectionId,
    #[command(flatten)]
    common: Common,
}

impl Options {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let store = self.common.config.existing_store().await?;
        let tenant = self.common.tenant;
        if !store.delete_credential(tenant, self.id, &author()).await? {
            return Err(missing(&store, tenant, self.id).await);
        }
        if !self.common.json {
            output::line(format_args!("deleted the credential of {}", self.id))?;
        }
        Ok(())
    }
}
