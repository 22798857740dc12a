use anyhow::anyhow;
use model::{
    Activity, Applied, Clock as _, Connection, ConnectionId, ConnectionPatch, EndpointError, Field,
    OauthSecretPatch,
};
use store::{Decision, UpdateError};

use super::{Common, StatusArgument, author, not_found, print};
use crate::clock::SystemClock;
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
        let (tenant, now, plain_http) =
            (self.common.tenant, SystemClock.now(), open::plain_http(&config));
        let decide = move |stored: &Connection| {
            let decision = match stored.apply(patch.clone(), now, &plain_http)? {
                Applied::Unchanged => Decision::Keep,
                Applied::Changed { connection, changed } => {
                    let event = author().record(Activity::Update, &connection, changed, now);
                    Decision::Write { connection, event }
                }
            };
            Ok::<_, EndpointError>(decision)
        };
        let updated = store.update_connection(tenant, self.id, decide).await;
        let updated = updated.map_err(|error| match error {
            UpdateError::NotFound => not_found(tenant, self.id),
            UpdateError::Refused(rule) => anyhow!(rule),
            UpdateError::Store(error) => anyhow!(error),
        })?;
        Ok(print::one(updated.connection, self.common.json)?)
    }
}

fn field(value: Option<String>) -> Field<String> {
    match value {
        None => Field::Absent,
        Some(text) if text.is_empty() => Field::Null,
        Some(text) => Field::Set(text),
    }
}
