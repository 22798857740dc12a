use std::path::PathBuf;

use anyhow::Context as _;
use clap::Args;
use model::Clock as _;
use store::Backup;

use super::ConfigOptions;
use crate::clock::SystemClock;
use crate::{open, output};

/// Make a database of a backup, of either kind
///
/// The database must be a new one, and the master key the one that the backup names: for SQLite a
/// copy of its file beside the new database, where the settings name no other place.
#[derive(Debug, Args)]
pub(super) struct Options {
    /// What `nowgraph backup` made
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    config: ConfigOptions,
}

impl Options {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let config = self.config.load(Vec::new())?;
        let backup = Backup::open(&self.file).await?;
        let needed = || format!("the backup needs master key {}", backup.master_key_id());
        let master = open::existing_master_key(&config).with_context(needed)?;
        backup.restore(&config.database, &master, SystemClock.now()).await?;
        Ok(output::line(format_args!(
            "{} has connections: {}, incidents: {}",
            config.database,
            backup.connections(),
            backup.incidents()
        ))?)
    }
}
