//! What the demo is set to, and what it leaves for the other commands.

use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use anyhow::Context as _;

use super::super::{SETTINGS, TlsOptions, environment, settings_in};
use crate::config::{AuthMode, Config, ConfigError, Sources};

/// So often is ServiceNow asked, unless somebody set another time.
const INTERVAL: Duration = Duration::from_secs(5);
/// Begins a file that is written anew with each start; any other is left alone.
const OURS: &str = "# Written by `nowgraph demo`: its simulated ServiceNow may be called.\n";

/// The variables count here as well: in a container, `public_url` has to be set.
pub(super) fn load(listen: String, tls: &TlsOptions, folder: &Path) -> Result<Config, ConfigError> {
    let database = format!("sqlite://{}", folder.join("nowgraph.db").display());
    let mut flags = tls.flags();
    flags.extend([("listen", "--listen", listen), ("database", "--data", database)]);
    let file = settings_in(folder);
    let sources = Sources { file: file.as_deref(), variables: environment(), flags };
    let mut config = Config::load(&sources)?;
    if !config.is_set("sync.interval") {
        config.sync.interval = INTERVAL;
    }
    match config.auth.mode {
        AuthMode::Builtin => Ok(config),
        AuthMode::Oidc => Err(config.wrong("auth.mode", "auth.mode must be builtin for the demo")),
    }
}

/// Lets other commands with `--data` call the simulated instance.
pub(super) fn keep(folder: &Path, simulator: SocketAddr) -> anyhow::Result<()> {
    let file = folder.join(SETTINGS);
    let is_ours = match fs::read_to_string(&file) {
        Ok(text) => text.starts_with(OURS),
        Err(_) => !file.exists(),
    };
    if is_ours {
        let text = format!("{OURS}[egress]\nprivate = [\"{simulator}\"]\n");
        fs::write(&file, text).with_context(|| format!("cannot write {}", file.display()))?;
    }
    Ok(())
}
