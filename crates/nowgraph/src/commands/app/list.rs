#![expect(clippy::print_stdout, reason = "terminal program")]

use model::Permission;

use super::Common;
use crate::open;

/// `nowgraph app list`
#[derive(Debug, clap::Args)]
pub(super) struct Options {
    #[command(flatten)]
    common: Common,
}

impl Options {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let config = self.common.config.load(None)?;
        let store = open::store(&config).await?;
        println!("{:<36} {:<24} PERMISSIONS", "CLIENT ID", "NAME");
        for app in store.list_applications(self.common.tenant).await? {
            let permissions: Vec<_> = app.permissions.iter().map(Permission::to_string).collect();
            println!("{} {:<24} {}", app.app_id, app.name, permissions.join(" "));
            for secret in &app.secrets {
                println!("{:<36} secret {} begins with {}", "", secret.id, secret.hint);
            }
        }
        Ok(())
    }
}
