use std::convert::Infallible;

use anyhow::anyhow;
use model::{Activity, Clock as _, Connection, ConnectionId};
use store::UpdateError;

use super::{Common, author, not_found};
use crate::clock::SystemClock;
use crate::output;

/// `nowgraph connection delete`
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
        let now = SystemClock.now();
        let decide = move |stored: &Connection| {
            Ok::<_, Infallible>(author().record(Activity::Delete, stored, stored.lost(), now))
        };
        let tenant = self.common.tenant;
        store.delete_connection(tenant, self.id, decide).await.map_err(|error| match error {
            UpdateError::NotFound => not_found(tenant, self.id),
            UpdateError::Refused(never) => match never {},
            UpdateError::Store(error) => anyhow!(error),
        })?;
        while store.clear_some().await? {}
        if !self.common.json {
            output::line(format_args!("deleted {}", self.id))?;
        }
        Ok(())
    }
}
