use connector::given_by;
use model::{ConnectionId, ConnectionStatus};
use store::{GivenBy, ListQuery};
use url::form_urlencoded::Serializer;

use crate::console::Console;
use crate::error::PageError;
use crate::session::Ask;

/// Where an agent has signed in to ServiceNow, or can.
#[derive(Debug)]
pub(super) struct OwnRights {
    pub(super) instances: Vec<Own>,
    /// Nobody else's rights show anything.
    pub(super) are_all: bool,
}

/// A connection with an OAuth client, and whether the agent has signed in with it.
#[derive(Debug)]
pub(super) struct Own {
    pub(super) connection: ConnectionId,
    pub(super) name: String,
    pub(super) is_signed_in: bool,
    /// The query of the way there, which comes back to what is looked at now.
    pub(super) query: String,
}

impl OwnRights {
    pub(super) async fn load(
        console: &Console,
        ask: &Ask,
        person: &str,
    ) -> Result<Self, PageError> {
        let (tenant, account) = (ask.who.principal.tenant, ask.who.account());
        let all = ListQuery { limit: u64::from(u32::MAX), ..ListQuery::default() };
        let connections = console.store.list_connections(tenant, &all).await?.items;
        let signed_in = console.store.list_agent_tokens(tenant, account).await?;
        let enabled = connections.iter().filter(|one| one.status == ConnectionStatus::Enabled);
        let instances = enabled.filter_map(|connection| {
            let GivenBy { origin, app_id } = given_by(connection)?;
            let name = origin.to_string();
            let expected = (connection.id, GivenBy { origin, app_id });
            let connection = connection.id;
            let is_signed_in = signed_in.contains(&expected);
            Some(Own { connection, name, is_signed_in, query: query(connection, person) })
        });
        Ok(Self { instances: instances.collect(), are_all: !console.shows_incidents })
    }

    /// Whether nothing can be shown before the agent signs in.
    pub(super) fn show_nothing(&self) -> bool {
        self.are_all && !self.instances.iter().any(|instance| instance.is_signed_in)
    }
}

fn query(connection: ConnectionId, person: &str) -> String {
    let mut query = Serializer::new(String::new());
    query.append_pair("connection", &connection.to_string());
    if !person.is_empty() {
        query.append_pair("user", person);
    }
    query.finish()
}
