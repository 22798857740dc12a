use std::path::PathBuf;
use std::sync::Arc;

use store::{MasterKey, Store};

use crate::commands::ConfigOptions;
use crate::output;

/// Make a new data key and seal everything under it, or change the master key
///
/// Works also while `nowgraph serve` runs. Whatever interrupts it, run it again.
#[derive(Debug, clap::Args)]
pub(super) struct Options {
    /// Wrap the data keys by the key in this file instead; it takes the place of the master key
    #[arg(long, value_name = "FILE")]
    master_key_file: Option<PathBuf>,
    #[command(flatten)]
    config: ConfigOptions,
}

impl Options {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let store = self.config.existing_store().await?;
        match self.master_key_file {
            Some(file) => wrap(&store, MasterKey::load(&file)?).await,
            None => reseal(&store).await,
        }
    }
}

async fn reseal(store: &Store) -> anyhow::Result<()> {
    let id = store.add_data_key().await?;
    let mut total = 0;
    loop {
        match store.reseal().await? {
            0 => break,
            resealed => total += resealed,
        }
    }
    Ok(output::line(format_args!("values sealed under data key {id}: {total}"))?)
}

/// New data keys have to wait until the servers have the master key: those that they know they can
/// use whatever wraps them.
async fn wrap(store: &Store, master: MasterKey) -> anyhow::Result<()> {
    let id = master.id();
    store.wrap_data_keys(&Arc::new(master)).await?;
    Ok(output::line(format_args!("data keys wrapped by master key {id}"))?)
}
