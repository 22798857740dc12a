use model::{
    Activity, AuthenticationMethod, Clock as _, Connection, ConnectionDraft, ConnectionId,
    OauthSecret,
};

use super::{Common, StatusArgument, author, print};
use crate::clock::SystemClock;
use crate::open;
use crate::rng::SystemRng;

/// `nowgraph connection create`
#[derive(Debug, clap::Args)]
pub(super) struct Options {
    #[arg(
        long,
        value_name = "URL",
        help = "URL of the instance, e.g. https://contoso.service-now.com"
    )]
    instance_url: Option<String>,
    /// Path of the incident API
    #[arg(long, value_name = "PATH", default_value = "/api/now/table/incident")]
    incident_api_url: String,
    /// OAuth client id at the instance
    #[arg(long, value_name = "ID")]
    app_id: Option<String>,
    /// Whether it works at once
    #[arg(long, default_value = "disabled")]
    status: StatusArgument,
    #[command(flatten)]
    common: Common,
}

impl Options {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let config = self.common.config.load(Vec::new())?;
        let store = open::store(&config).await?;
        let given = |text: &String| !text.is_empty();
        let method =
            |app_id| AuthenticationMethod::OauthSecret(OauthSecret { app_id: Some(app_id) });
        let draft = ConnectionDraft {
            instance_url: self.instance_url.filter(given),
            incident_api_url: Some(self.incident_api_url).filter(given),
            authentication_method: self.app_id.filter(given).map(method),
            status: Some(self.status.into()),
            last_queried: None,
        };
        let keys = (self.common.tenant, ConnectionId::random(&SystemRng));
        let now = SystemClock.now();
        let connection = Connection::create(draft, keys, now, &open::plain_http(&config))?;
        let event = author().record(Activity::Create, &connection, connection.given(), now);
        store.insert_connection(connection.clone(), event).await?;
        Ok(print::one(connection, self.common.json)?)
    }
}
