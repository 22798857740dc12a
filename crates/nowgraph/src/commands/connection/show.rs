use model::ConnectionId;

use super::{Common, not_found, print};

/// `nowgraph connection show`
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
        let connection = store.load_connection(tenant, self.id).await?;
        let connection = connection.ok_or_else(|| not_found(tenant, self.id))?;
        Ok(print::one(connection, self.common.json)?)
    }
}
