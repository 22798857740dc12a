use std::sync::Arc;

use anyhow::bail;
use identity::{NewPassword, UserName, set_password};
use model::Rng;

use crate::commands::ConfigOptions;
use crate::output;
use crate::rng::SystemRng;

/// `nowgraph account password`
#[derive(Debug, clap::Args)]
pub(super) struct Options {
    /// What the person signs in with
    #[arg(long, value_name = "NAME")]
    user: UserName,
    #[command(flatten)]
    config: ConfigOptions,
}

impl Options {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let store = self.config.existing_store().await?;
        let rng: Arc<dyn Rng> = Arc::new(SystemRng);
        let password = NewPassword::random(rng.as_ref());
        if !set_password(&store, &self.user, password.clone(), &rng).await? {
            bail!("there is no account {}", self.user);
        }
        Ok(output::line(format_args!("password={}", password.reveal()))?)
    }
}
