use std::sync::Arc;

use anyhow::{Context as _, bail};
use identity::{NewPassword, UserName, replace_password};
use model::{Clock as _, Rng};

use crate::clock::SystemClock;
use crate::commands::{ConfigOptions, author};
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
        let account = store.find_account(self.user.as_str()).await?;
        let account = account.with_context(|| format!("there is no account {}", self.user))?;
        let by = (&author(), SystemClock.now());
        if !replace_password(&store, &account, password.clone(), by, &rng).await? {
            bail!("there is no account {} any more", self.user);
        }
        Ok(output::line(format_args!("password={}", password.reveal()))?)
    }
}
