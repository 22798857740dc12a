//! `nowgraph simulate`: the simulated ServiceNow instance alone.

use std::net::SocketAddr;
use std::path::PathBuf;

use anyhow::Context as _;
use model::Clock as _;
use snow_sim::{Fault, Simulator, Size};
use tokio::signal::unix::{SignalKind, signal};

use crate::clock::SystemClock;
use crate::output;

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
}

impl Options {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let faults: Vec<Fault> = match &self.faults {
            None => Vec::new(),
            Some(file) => {
                let text = std::fs::read(file)
                    .with_context(|| format!("cannot read {}", file.display()))?;
                serde_json::from_slice(&text)
                    .with_context(|| format!("{} is no list of faults", file.display()))?
            }
        };
        let mut terminate = signal(SignalKind::terminate())?;
        let mut interrupt = signal(SignalKind::interrupt())?;
        let size = Size { incidents: self.incidents, users: self.users, seed: self.seed };
        let clock = Box::new(|| SystemClock.now().unix_seconds());
        let simulator = Simulator::start(self.listen, &size, None, clock)
            .await
            .with_context(|| format!("cannot listen on {}", self.listen))?;
        simulator.faults(faults);
        output::line(announcement(&simulator))?;
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        Ok(())
    }
}

fn announcement(simulator: &Simulator) -> String {
    let (at, known) = (simulator.address(), Simulator::CREDENTIALS);
    format!(
        "listening on http://{at}\nclient_id={}\nclient_secret={}\nuser={}\npassword={}\n\
         api_key={}\ncontrol=http://{at}/_sim/",
        known.client_id, known.client_secret, known.user, known.password, known.api_key
    )
}
