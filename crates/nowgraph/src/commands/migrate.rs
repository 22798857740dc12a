#![expect(clippy::print_stdout, reason = "terminal program")]

use super::ConfigOptions;
use crate::open;

/// `nowgraph migrate`
#[derive(Debug, clap::Args)]
pub(super) struct Options {
    #[command(flatten)]
    config: ConfigOptions,
}

impl Options {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let config = self.config.load(None)?;
        open::store(&config).await?;
        println!("{} is up to date", config.database);
        Ok(())
    }
}
