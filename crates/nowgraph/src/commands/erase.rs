use std::collections::BTreeSet;

use clap::Args;
use model::{Activity, Clock as _, ConnectionId, TenantId};
use servicenow::{SysId, Text};
use store::{Erased, ListQuery, Store, StoredUser};

use super::{ConfigOptions, author};
use crate::clock::SystemClock;
use crate::output;

/// Erase what is stored of a person, and keep it out from then on
///
/// Deletes the incidents that the person has, and the name where the person works on those of
/// others; leaves a record of it. ServiceNow still has them: passes leave them out from then on.
#[derive(Debug, Args)]
pub(super) struct Options {
    /// Name that the person signs in with, or the e-mail address
    #[arg(long, value_name = "UPN", value_parser = Text::parse)]
    user: Text,
    /// Tenant that the connections belong to
    #[arg(long, value_name = "GUID")]
    tenant: TenantId,
    /// Key of the person in ServiceNow, where no incident that is stored tells it
    #[arg(long, value_name = "SYS_ID")]
    user_id: Vec<SysId>,
    /// Erase only what is stored now: the next pass may store it again
    #[arg(long, conflicts_with = "readmit")]
    once: bool,
    /// Erase nothing, but let passes store the incidents of these keys again
    #[arg(long, requires = "user_id")]
    readmit: bool,
    #[command(flatten)]
    config: ConfigOptions,
}

impl Options {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let store = self.config.existing_store().await?;
        let mut users = BTreeSet::new();
        for connection in connections(&store, self.tenant).await? {
            let named = self.user_id.iter();
            users.extend(named.map(|id| StoredUser { connection, id: id.to_string() }));
        }
        if self.readmit {
            return self.readmit(&store, users).await;
        }
        users.extend(store.users_called(self.tenant, self.user.as_str()).await?);
        let key = (Activity::Erase, self.user.as_str());
        let event = author().erased(self.tenant, key, SystemClock.now());
        let erased = store.erase(users.clone(), !self.once, event).await?;
        Ok(output::line(self.told(&users, erased))?)
    }

    fn told(&self, users: &BTreeSet<StoredUser>, erased: Erased) -> String {
        let Erased { incidents, mentions } = erased;
        let user = output::harmless(self.user.as_str());
        let mut lines = vec![format!(
            "incidents of {user} erased: {incidents}; of others, on which {user} works: {mentions}"
        )];
        let kept_out = users.iter().filter(|_| !self.once);
        lines.extend(kept_out.map(|user| {
            format!("kept out: {} of connection {}", output::harmless(&user.id), user.connection)
        }));
        lines.join("\n")
    }

    async fn readmit(self, store: &Store, users: BTreeSet<StoredUser>) -> anyhow::Result<()> {
        let key = (Activity::Readmit, self.user.as_str());
        let event = author().erased(self.tenant, key, SystemClock.now());
        let count = store.readmit(users, event).await?;
        Ok(output::line(format_args!("keys that may be stored again: {count}"))?)
    }
}

async fn connections(store: &Store, tenant: TenantId) -> anyhow::Result<Vec<ConnectionId>> {
    let all = ListQuery { limit: u64::from(u32::MAX), ..ListQuery::default() };
    let connections = store.list_connections(tenant, &all).await?.items;
    Ok(connections.into_iter().map(|connection| connection.id).collect())
}
