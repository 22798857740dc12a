use uuid::Uuid;

use super::{Common, not_found};
use crate::output;

/// `nowgraph app delete`
#[derive(Debug, clap::Args)]
pub(super) struct Options {
    /// Client id of the application
    client_id: Uuid,
    #[command(flatten)]
    common: Common,
}

impl Options {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let store = self.common.config.existing_store().await?;
        let tenant = self.common.tenant;
        if !store.delete_application(tenant, self.client_id).await? {
            return Err(not_found(tenant, self.client_id));
        }
        Ok(output::line(format_args!("deleted {}", self.client_id))?)
    }
}
