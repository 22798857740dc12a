//! `nowgraph simulate`: the simulated ServiceNow instance alone.

use std::error::Error;
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context as _;
use model::Clock as _;
use rustls::ServerConfig;
use snow_sim::{Fault, Simulator, Size};
use tokio::signal::unix::{Signal, SignalKind, signal};

use super::TlsOptions;
use crate::clock::SystemClock;
use crate::config::{Config, Sources};
use crate::{output, tls};

/// Serve a simulated ServiceNow instance; prints what opens it
///
/// Nothing is kept. Only for tests: whoever reaches it controls it.
#[derive(Debug, clap::Args)]
pub(super) struct Options {
    /// Answer on this address; port 0 picks a free one
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8090")]
    listen: SocketAddr,
    /// Incidents in the world
    #[arg(long, value_name = "N", default_value_t = 1000)]
    incidents: u32,
    /// People in the world
    #[arg(long, value_name = "N", default_value_t = 100)]
    users: u32,
    /// The same seed makes the same world
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// Begin with the faults in this JSON file
    #[arg(long, value_name = "FILE")]
    faults: Option<PathBuf>,
    /// Keep the local authority of --tls-dev in this folder [default: the current one]
    #[arg(long, value_name = "DIR", requires = "dev")]
    data: Option<PathBuf>,
    #[command(flatten)]
    tls: TlsOptions,
}

impl Options {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let secure = self.secure()?;
        let scheme = if secure.is_some() { "https" } else { "http" };
        let faults: Vec<Fault> = match &self.faults {
            None => Vec::new(),
            Some(file) => {
                let text = std::fs::read(file)
                    .with_context(|| format!("cannot read {}", file.display()))?;
                serde_json::from_slice(&text)
                    .with_context(|| format!("{} is no list of faults", file.display()))?
            }
        };
        let mut stop = StopSignals::catch()?;
        let size = Size { incidents: self.incidents, users: self.users, seed: self.seed };
        let clock = Box::new(|| SystemClock.now().unix_seconds());
        let simulator = Simulator::start(self.listen, &size, secure, clock)
            .await
            .with_context(|| format!("cannot listen on {}", self.listen))?;
        simulator.faults(faults);
        if let Err(error) = output::line(announcement(&simulator, scheme)) {
            tracing::warn!(error = &error as &dyn Error, "nobody was told the address");
        }
        let signal = stop.next().await;
        tracing::info!(signal, "stopping: finishing open requests");
        // A second signal does not wait for slow answers.
        tokio::select! {
            () = simulator.stop() => {}
            _ = stop.next() => {}
        }
        Ok(())
    }

    /// What it speaks TLS with. The settings of the service do not count: this is no part of it.
    fn secure(&self) -> anyhow::Result<Option<Arc<ServerConfig>>> {
        let database = self.data.as_deref().unwrap_or(Path::new("")).join("nowgraph.db");
        let mut flags = self.tls.flags();
        flags.extend([
            ("listen", "--listen", self.listen.to_string()),
            ("database", "--data", format!("sqlite://{}", database.display())),
        ]);
        let config = Config::load(&Sources { file: None, variables: Vec::new(), flags })?;
        let Some(tls) = tls::open(&config)? else { return Ok(None) };
        let mut secure = ServerConfig::clone(&tls.config.get_inner());
        // Connections that break as they are told to are written for HTTP/1.1 alone.
        secure.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Some(Arc::new(secure)))
    }
}

/// The signals that end it, a terminal that closes too; each is told, so that nobody wonders where
/// it went.
struct StopSignals {
    terminate: Signal,
    interrupt: Signal,
    hang_up: Signal,
}

impl StopSignals {
    fn catch() -> io::Result<Self> {
        let terminate = signal(SignalKind::terminate())?;
        let interrupt = signal(SignalKind::interrupt())?;
        Ok(Self { terminate, interrupt, hang_up: signal(SignalKind::hangup())? })
    }

    async fn next(&mut self) -> &'static str {
        tokio::select! {
            _ = self.terminate.recv() => "SIGTERM",
            _ = self.interrupt.recv() => "SIGINT",
            _ = self.hang_up.recv() => "SIGHUP",
        }
    }
}

fn announcement(simulator: &Simulator, scheme: &str) -> String {
    let (at, known) = (simulator.address(), Simulator::CREDENTIALS);
    format!(
        "listening on {scheme}://{at}\nclient_id={}\nclient_secret={}\nuser={}\npassword={}\n\
         api_key={}\ncontrol={scheme}://{at}/_sim/",
        known.client_id, known.client_secret, known.user, known.password, known.api_key
    )
}
