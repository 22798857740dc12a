use store::ListQuery;

use super::{Common, print};

/// `nowgraph connection list`
#[derive(Debug, clap::Args)]
pub(super) struct Options {
    #[command(flatten)]
    common: Common,
}

impl Options {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let store = self.common.config.existing_store().await?;
        let all = ListQuery { limit: u64::from(u32::MAX), ..ListQuery::default() };
        let listed = store.list_connections(self.common.tenant, &all).await?;
        Ok(print::many(listed.items, self.common.json)?)
    }
}
