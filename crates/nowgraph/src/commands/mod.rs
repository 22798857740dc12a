//! The command line: one file a command.

mod app;
mod connection;
mod demo;
mod metadata;
mod migrate;
mod serve;
mod token;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::config::{Config, ConfigError, Sources};

/// The ServiceNow connector of Microsoft Intune as open, self-hosted software.
#[derive(Debug, Parser)]
#[command(name = "nowgraph", version, max_term_width = 100)]
pub(crate) struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the Graph API
    Serve(serve::Options),
    /// Serve a seeded tenant; prints a token and a request to paste
    Demo(demo::Options),
    /// Print an access token of the built-in issuer
    Token(token::Options),
    /// Administer connections without HTTP
    Connection(connection::Options),
    /// Administer the applications registered at the built-in issuer
    App(app::Options),
    /// Bring the database to the schema of this version
    Migrate(migrate::Options),
    /// Print the `$metadata` document
    Metadata,
}

impl Cli {
    pub(crate) async fn run(self) -> anyhow::Result<()> {
        match self.command {
            Command::Serve(options) => options.run().await,
            Command::Demo(options) => options.run().await,
            Command::Token(options) => options.run().await,
            Command::Connection(options) => options.run().await,
            Command::App(options) => options.run().await,
            Command::Migrate(options) => options.run().await,
            Command::Metadata => metadata::run(),
        }
    }
}

/// Where the settings come from; shared by all commands.
#[derive(Debug, Clone, Args)]
struct ConfigOptions {
    /// Read settings from this TOML file
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Use this database: sqlite:///abs/path, sqlite://relative or postgres://…
    #[arg(long, value_name = "URL", conflicts_with = "data")]
    database: Option<String>,
    /// Use the SQLite database in this folder
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

impl ConfigOptions {
    fn load(&self, listen: Option<&str>) -> Result<Config, ConfigError> {
        let mut flags = Vec::new();
        if let Some(listen) = listen {
            flags.push(("listen", "--listen", listen.to_owned()));
        }
        if let Some(database) = &self.database {
            flags.push(("database", "--database", database.clone()));
        }
        if let Some(data) = &self.data {
            let url = format!("sqlite://{}", data.join("nowgraph.db").display());
            flags.push(("database", "--data", url));
        }
        #[expect(clippy::disallowed_methods, reason = "the environment is read here, once")]
        let variables = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value)))
            .map(|(name, value)| (name, value.to_string_lossy().into_owned()))
            .collect();
        Config::load(&Sources { file: self.config.as_deref(), variables, flags })
    }
}
