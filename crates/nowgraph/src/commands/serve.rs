#![expect(clippy::print_stdout, reason = "terminal program")]

use std::sync::Arc;

use super::ConfigOptions;
use crate::open;
use crate::server::Server;

/// `nowgraph serve`
#[derive(Debug, clap::Args)]
pub(super) struct Options {
    #[command(flatten)]
    config: ConfigOptions,
    /// Answer on this address; port 0 picks a free one
    #[arg(long, value_name = "ADDR")]
    listen: Option<String>,
}

impl Options {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let config = self.config.load(self.listen.as_deref())?;
        let server = Server::bind(config.listen)?;
        let address = server.address;
        let store = open::store(&config).await?;
        let app = Arc::new(open::app(&config, store).await?);
        server.run(app, || println!("listening on http://{address}")).await
    }
}
