//! A running `nowgraph serve` whose tenant has incidents, fetched from a simulated instance.

use std::path::Path;

use anyhow::{Context as _, Result};

use crate::server::{Server, Setting};

/// The tenant that has them.
pub(crate) const TENANT: &str = "7d1b2c3e-4f50-4a6b-8c7d-9e0f1a2b3c4d";
/// How many there are.
const INCIDENTS: &str = "300";

/// Both processes.
#[derive(Debug)]
pub(crate) struct Desk {
    pub(crate) server: Server,
    simulator: Server,
}

impl Desk {
    /// Starts both, and fetches once.
    pub(crate) fn open(mut setting: Setting) -> Result<Self> {
        let log = setting.log.with_extension("simulator.log");
        let simulate = ["simulate", "--listen", "127.0.0.1:0", "--incidents", INCIDENTS];
        let simulator =
            Server::of(Setting { log, environment: vec![], ..setting.clone() }, &simulate)?;
        let client = simulator.said("client_id=")?;
        let secret = simulator.said("client_secret=")?;
        let private = simulator.origin.replace("http://", "");
        setting.environment.push(("NOWGRAPH_EGRESS__PRIVATE", private));
        let secrets = write_beside(&setting.log, &secret)?;
        let server = Server::start(setting)?;
        let connection = ["connection", "create", "--instance-url", &simulator.origin];
        let connection = [&connection[..], &["--app-id", &client, "--status", "enabled"]].concat();
        let made = server.command(&[&connection[..], &["--tenant", TENANT]].concat())?;
        let id = made.lines().find_map(|line| line.strip_prefix("id ")).context("no id")?.trim();
        let set = ["connection", "credential", "set", id, "--kind", "clientCredentials"];
        server.command(&[&set[..], &["--secrets", &secrets, "--tenant", TENANT]].concat())?;
        server.command(&["connection", "sync", id, "--tenant", TENANT])?;
        Ok(Self { server, simulator })
    }

    /// Ends both politely.
    pub(crate) fn close(self) -> Result<()> {
        self.server.stop()?;
        self.simulator.stop()
    }
}

fn write_beside(log: &Path, secret: &str) -> Result<String> {
    let file = log.with_extension("secrets");
    std::fs::write(&file, secret)?;
    Ok(file.display().to_string())
}
