use model::{ConnectionId, ConnectionPatch, Field, OauthSecretPatch};

use super::{Common, StatusArgument, author, patch, print};
use crate::open;

/// `nowgraph connection update`
#[derive(Debug, clap::Args)]
pub(super) struct Options {
    /// Id of the connection
    id: ConnectionId,
    /// URL of the instance; empty clears it
    #[arg(long, value_name = "URL")]
    instance_url: Option<String>,
    /// Path of the incident API; empty clears it
    #[arg(long, value_name = "PATH")]
    incident_api_url: Option<String>,
    /// OAuth client id at the instance; empty clears it
    #[arg(long, value_name = "ID")]
    app_id: Option<String>,
    /// Whether it works
    #[arg(long)]
    status: Option<StatusArgument>,
    #[command(flatten)]
    common: Common,
}

impl Options {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let config = self.common.config.load(Vec::new())?;
        let store = open::existing_store(&config).await?;
        let patch = ConnectionPatch {
            instance_url: field(self.instance_url),
            incident_api_url: field(self.incident_api_url),
            authentication_method: match field(self.app_id) {
                Field::Absent => Field::Absent,
                app_id => Field::Set(OauthSecretPatch { app_id }),
            },
            status: self.status.map(Into::into),
            last_queried: Field::Absent,
        };
        let key = (self.common.tenant, self.id);
        let updated = patch::apply(&store, key, patch, open::plain_http(&config), author).await?;
        while store.clear_some().await? {}
        Ok(print::one(updated, self.common.json)?)
    }
}

fn field(value: Option<String>) -> Field<String> {
    match value {
        None => Field::Absent,
        Some(text) if text.is_empty() => Field::Null,
        Some(text) => Field::Set(text),
    }
}
