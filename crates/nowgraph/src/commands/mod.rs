//! The command line: one file a command.

mod account;
mod app;
mod backup;
mod ca;
mod connection;
mod demo;
mod erase;
mod incidents;
mod keys;
mod metadata;
mod migrate;
mod names;
mod openapi;
mod restore;
mod root;
mod serve;
mod simulate;
mod token;

use std::path::{Path, PathBuf};

use clap::{Args, Parser, Subcommand};
use model::Author;
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
    Incidents(incidents::Options),
    Erase(erase::Options),
    App(app::Options),
    Account(account::Options),
    Ca(ca::Options),
    Keys(keys::Options),
    Migrate(migrate::Options),
    Backup(backup::Options),
    Restore(restore::Options),
    Simulate(simulate::Options),
    Metadata(metadata::Options),
    Openapi(openapi::Options),
}

impl Cli {
    pub(crate) async fn run(self) -> anyhow::Result<()> {
        match self.command {
            Command::Serve(options) => options.run().await,
            Command::Demo(options) => options.run().await,
            Command::Token(options) => options.run().await,
            Command::Connection(options) => options.run().await,
            Command::Incidents(options) => options.run().await,
            Command::Erase(options) => options.run().await,
            Command::App(options) => options.run().await,
            Command::Account(options) => options.run().await,
            Command::Ca(options) => options.run(),
            Command::Keys(options) => options.run().await,
            Command::Migrate(options) => options.run().await,
            Command::Backup(options) => options.run().await,
            Command::Restore(options) => options.run().await,
            Command::Simulate(options) => options.run().await,
            Command::Metadata(options) => options.run(),
            Command::Openapi(options) => options.run(),
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
    /// Use nowgraph.db in this folder, and the settings of nowgraph.toml where there is one
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

const DATABASE_HELP: &str = "Use this database: sqlite:///abs/path, sqlite://relative or \
                             postgres://… [default: sqlite://nowgraph.db]";

impl ConfigOptions {
    /// `flags` are those of the command itself.
    fn load(&self, mut flags: Vec<Flag>) -> Result<Config, ConfigError> {
        if let Some(database) = &self.database {
            flags.push(("database", "--database", database.clone()));
        }
        if let Some(data) = &self.data {
            let url = format!("sqlite://{}", data.join("nowgraph.db").display());
            flags.push(("database", "--data", url));
        }
        let beside = self.data.as_deref().and_then(settings_in);
        let file = self.config.clone().or(beside);
        Config::load(&Sources { file: file.as_deref(), variables: environment(), flags })
    }

    /// Opens the database that the settings name; there has to be one.
    async fn existing_store(&self) -> anyhow::Result<Store> {
        open::existing_store(&self.load(Vec::new())?).await
    }
}

/// The settings that a folder of data has of its own.
fn settings_in(data: &Path) -> Option<PathBuf> {
    Some(data.join(SETTINGS)).filter(|file| file.exists())
}

/// Name of such a file.
const SETTINGS: &str = "nowgraph.toml";

/// Key, flag and value.
type Flag = (&'static str, &'static str, String);

/// How a server speaks TLS.
#[derive(Debug, Clone, Args)]
struct TlsOptions {
    /// Speak TLS with the certificate in this PEM file, its chain behind it
    #[arg(long = "tls-certificate", value_name = "FILE")]
    certificate: Option<String>,
    /// The private key of the certificate, in PEM
    #[arg(long = "tls-key", value_name = "FILE")]
    key: Option<String>,
    /// Speak TLS with a certificate of a local authority, which `nowgraph ca export` prints
    #[arg(long = "tls-dev")]
    dev: bool,
}

impl TlsOptions {
    fn flags(&self) -> Vec<Flag> {
        let Self { certificate, key, dev } = self.clone();
        [
            certificate.map(|file| ("tls.certificate_file", "--tls-certificate", file)),
            key.map(|file| ("tls.key_file", "--tls-key", file)),
            dev.then(|| ("tls.dev", "--tls-dev", "true".to_owned())),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

/// Who the record of what is done from here names.
fn author() -> Author {
    Author { actor: "command line".to_owned(), application: "nowgraph".to_owned() }
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
