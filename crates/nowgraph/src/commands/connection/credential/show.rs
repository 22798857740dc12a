use model::ConnectionId;

use super::super::Common;
use super::{missing, print};

/// `nowgraph connection credential show`
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
        match store.describe_credential(tenant, self.id).await? {
            Some(described) => Ok(print::one(&described, self.common.json)?),
            None => Err(missing(&store, tenant, self.id).await),
        }
    }
}
