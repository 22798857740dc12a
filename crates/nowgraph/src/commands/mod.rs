//! The command line: one file a command.

mod app;
mod connection;
mod demo;
mod metadata;
mod migrate;
mod names;
mod serve;
mod token;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use store::Store;

use crate::config::{Config, ConfigError, Sources};
use crate::open;

/// Microsoft Graph's serviceNowConnection, self-hosted
#[derive(Debug, Parser)]
#[command(name = "nowgraph", version, max_term_width = 100, arg_required_else_help = true)]
pub(crate) struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Serve(serve::Options),
    Demo(demo::Options),
    Token(token::Options),
    Connection(connection::Options),
    App(app::Options),
    Migrate(migrate::Options),
    /// Print the document that `GET /beta/$metadata` answers
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
#[command(next_help_heading = "Settings")]
struct ConfigOptions {
    /// Read settings from this TOML file
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    #[arg(long, value_name = "URL", conflicts_with = "data", help = DATABASE_HELP)]
    database: Option<String>,
    /// Use the SQLite database nowgraph.db in this folder
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

const DATABASE_HELP: &str = "Use this database: sqlite:///abs/path, sqlite://relative or \
                             postgres://… [default: sqlite://nowgraph.db]";

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
        Config::load(&Sources { file: self.config.as_deref(), variables: environment(), flags })
    }

    /// Opens the database that the settings name; there has to be one.
    async fn existing_store(&self) -> anyhow::Result<Store> {
        open::existing_store(&self.load(None)?).await
    }
}

fn environment() -> Vec<(String, String)> {
    #[expect(clippy::disallowed_methods, reason = "the environment is read here, once")]
    std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value)))
        .map(|(name, value)| (name, value.to_string_lossy().into_owned()))
        .collect()
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::Cli;

    #[test]
    fn command_line_is_consistent() {
        Cli::command().debug_assert();
    }
}
