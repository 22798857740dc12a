use model::ConnectionId;
use serde_json::Value;

use super::{Common, not_found, run};
use crate::output;

/// List the last passes over a connection
#[derive(Debug, clap::Args)]
pub(super) struct Options {
    /// Id of the connection
    id: ConnectionId,
    /// As many at most
    #[arg(long, value_name = "N", default_value_t = 20)]
    top: u32,
    #[command(flatten)]
    common: Common,
}

impl Options {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let store = self.common.config.existing_store().await?;
        let (tenant, id) = (self.common.tenant, self.id);
        store.load_connection(tenant, id).await?.ok_or_else(|| not_found(tenant, id))?;
        let runs = store.runs(tenant, id, self.top).await?;
        if self.common.json {
            return Ok(output::line(Value::Array(runs.iter().map(run::json).collect()))?);
        }
        let lines: Vec<_> =
            [run::heading()].into_iter().chain(runs.iter().map(run::line)).collect();
        Ok(output::line(lines.join("\n"))?)
    }
}
