use std::path::PathBuf;

use clap::Args;
use model::Clock as _;
use store::Backup;

use super::ConfigOptions;
use crate::clock::SystemClock;
use crate::{open, output};

/// Copy the whole database into one file, also while a service works on it
///
/// What is in it is sealed under the master key, which is not in it: keep that elsewhere. Sessions
/// of the console are left out.
#[derive(Debug, Args)]
pub(super) struct Options {
    /// File to be made; an SQLite database, also of PostgreSQL
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    config: ConfigOptions,
}

impl Options {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let config = self.config.load(Vec::new())?;
        open::check_exists(&config)?;
        let backup = Backup::take(&config.database, &self.file, SystemClock.now()).await?;
        Ok(output::line(format_args!(
            "connections: {}, incidents: {}; to be restored with master key {}",
            backup.connections(),
            backup.incidents(),
            backup.master_key_id()
        ))?)
    }
}
