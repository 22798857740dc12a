use model::Permission;
use store::Application;

use super::Common;
use crate::output::{self, harmless, time};

/// `nowgraph app list`
#[derive(Debug, clap::Args)]
pub(super) struct Options {
    #[command(flatten)]
    common: Common,
}

impl Options {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let store = self.common.config.existing_store().await?;
        let applications = store.list_applications(self.common.tenant).await?;
        let mut lines = vec![format!("{:<36} {:<24} PERMISSIONS", "CLIENT ID", "NAME")];
        lines.extend(applications.iter().flat_map(describe));
        Ok(output::line(lines.join("\n"))?)
    }
}

fn describe(application: &Application) -> Vec<String> {
    let permissions: Vec<_> = application.permissions.iter().map(Permission::to_string).collect();
    let (id, name) = (application.app_id, harmless(&application.name));
    let mut lines = vec![format!("{id} {name:<24} {}", permissions.join(" "))];
    lines.extend(application.secrets.iter().map(|secret| {
        let ends = secret.expires.map_or(String::new(), |at| format!(", ends {}", time(at)));
        format!("  secret {} begins with {}{ends}", secret.id, secret.hint)
    }));
    lines
}
