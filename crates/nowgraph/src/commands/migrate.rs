use super::ConfigOptions;
use crate::{open, output};

/// Bring the database to the schema of this version
///
/// `nowgraph serve` does so too; this is for doing it beforehand. A database of a later version
/// is refused.
#[derive(Debug, clap::Args)]
pub(super) struct Options {
    #[command(flatten)]
    config: ConfigOptions,
}

impl Options {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let config = self.config.load(Vec::new())?;
        open::store(&config).await?;
        Ok(output::line(format_args!("{} is up to date", config.database))?)
    }
}
