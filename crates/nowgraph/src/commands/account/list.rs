use model::TenantId;
use store::Account;

use crate::commands::ConfigOptions;
use crate::output::{self, harmless};

/// `nowgraph account list`
#[derive(Debug, clap::Args)]
pub(super) struct Options {
    /// Tenant that the accounts belong to
    #[arg(long, value_name = "GUID")]
    tenant: TenantId,
    #[command(flatten)]
    config: ConfigOptions,
}

impl Options {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let store = self.config.existing_store().await?;
        let accounts = store.list_accounts(self.tenant).await?;
        let mut lines = vec![format!("{:<40} ROLES", "USER")];
        lines.extend(accounts.iter().map(describe));
        Ok(output::line(lines.join("\n"))?)
    }
}

fn describe(account: &Account) -> String {
    let roles: Vec<_> = account.roles.iter().map(|role| role.name()).collect();
    format!("{:<40} {}", harmless(&account.user_name), roles.join(" "))
}
