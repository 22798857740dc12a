use std::sync::Arc;

use console::Console;

use super::{ConfigOptions, TlsOptions};
use crate::server::Server;
use crate::{open, tls};

/// Serve the Graph API
///
/// Brings the database up to date, then prints `listening on http://ADDR`, or https, and `console on …`
/// with a link to make its first account, if there is none; logs to stderr.
/// SIGTERM or Ctrl-C finishes open requests and ends it; a second one ends it at once.
#[derive(Debug, clap::Args)]
pub(super) struct Options {
    /// Answer on this address; port 0 picks a free one [default: 127.0.0.1:8080]
    #[arg(long, value_name = "ADDR")]
    listen: Option<String>,
    #[command(flatten)]
    tls: TlsOptions,
    #[command(flatten)]
    config: ConfigOptions,
}

impl Options {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let mut flags = self.tls.flags();
        flags.extend(self.listen.map(|listen| ("listen", "--listen", listen)));
        let config = self.config.load(flags)?;
        let door = open::door(&config)?;
        let outside = open::outside(&config, &door)?;
        let openid = open::openid(&config, &door)?;
        let server = Server::bind(config.listen)?;
        let address = server.address;
        let tls = tls::open(&config)?;
        let store = open::store(&config).await?;
        let connector = open::connector(&config, door, &store);
        let engine = connector.engine.clone();
        let console = open::console(&config, openid, store.clone(), &connector);
        let app = Arc::new(open::app(&config, outside, store, connector).await?);
        tracing::info!(
            version = env!("CARGO_PKG_VERSION"),
            database = %config.database,
            auth.mode = config.auth.mode.name(),
            listen = %address,
            "starting"
        );
        let mut announcement = format!("listening on {}://{address}", config.scheme());
        if let Some(console) = &console {
            announcement += &announced(console, &config.base(address)).await?;
        }
        server.run((app, console), engine, tls, &announcement).await
    }
}

/// Where the pages are; while nobody can sign in, also the link by which somebody becomes able to.
async fn announced(console: &Console, base: &str) -> anyhow::Result<String> {
    let first = console.first_administrator().await?;
    let first = first.map(|path| format!("\nmake the first account at {base}{path}"));
    Ok(format!("\nconsole on {base}/console{}", first.unwrap_or_default()))
}
