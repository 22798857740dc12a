//! The program that is measured.

use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use tokio::time::Instant;

const TENANT: &str = "7d1b2c3e-4f50-4a6b-8c7d-9e0f1a2b3c4d";

/// A running server. Dropping it ends it.
#[derive(Debug)]
pub(crate) struct Nowgraph {
    binary: PathBuf,
    database: String,
    process: Child,
    pub(crate) address: SocketAddr,
    pub(crate) start_time: Duration,
}

impl Nowgraph {
    pub(crate) fn start(binary: &Path, folder: &Path) -> Result<Self> {
        let database = format!("sqlite://{}", folder.join("nowgraph.db").display());
        let mut command = command(binary);
        command.args(["serve", "--listen", "127.0.0.1:0", "--database", &database]);
        command.env("NOWGRAPH_LIMITS__REQUESTS_PER_SECOND", "1000000");
        // The log is written as always, and to where writing costs least.
        command.stderr(Stdio::null());
        let start = Instant::now();
        let (process, address) = start_listening(&mut command)?;
        let start_time = start.elapsed();
        Ok(Self { binary: binary.to_owned(), database, process, address, start_time })
    }

    pub(crate) fn token(&self) -> Result<String> {
        let mut command = command(&self.binary);
        command.args(["token", "--database", &self.database, "--tenant", TENANT, "--app", "bench"]);
        command.args(["--permission", "DeviceManagementConfiguration.ReadWrite.All"]);
        let output = command.stderr(Stdio::inherit()).output()?;
        if !output.status.success() {
            bail!("nowgraph token: {}", output.status);
        }
        Ok(String::from_utf8(output.stdout)?.trim().to_owned())
    }

    /// Memory that the process holds at this moment.
    pub(crate) fn resident_bytes(&self) -> Result<u64> {
        let path = format!("/proc/{}/status", self.process.id());
        let status = std::fs::read_to_string(&path).context(path)?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kibibytes =
            line.and_then(|line| line.trim().strip_suffix(" kB")).context("no VmRSS")?;
        Ok(kibibytes.parse::<u64>()? * 1024)
    }
}

impl Drop for Nowgraph {
    fn drop(&mut self) {
        end(&mut self.process);
    }
}

/// Starts a server and returns when it says `listening on http://ADDR`.
pub(crate) fn start_listening(command: &mut Command) -> Result<(Child, SocketAddr)> {
    let mut process = command.stdout(Stdio::piped()).spawn().context("cannot start the server")?;
    let output = process.stdout.take().context("standard output is not piped")?;
    let mut lines = BufReader::new(output).lines().map_while(Result::ok);
    let Some(address) =
        lines.find_map(|line| line.strip_prefix("listening on http://").map(str::to_owned))
    else {
        bail!("{}; to see why, run {command:?}", process.wait()?);
    };
    // Whatever else it says is read, so that it never waits for a reader.
    std::thread::spawn(move || lines.count());
    Ok((process, address.parse()?))
}

pub(crate) fn end(process: &mut Child) {
    if process.kill().and_then(|()| process.wait()).is_err() {
        println!("process {} had already ended", process.id());
    }
}

/// Nothing of the caller's environment reaches the program.
fn command(binary: &Path) -> Command {
    let mut command = Command::new(binary);
    command.env_clear();
    command
}
