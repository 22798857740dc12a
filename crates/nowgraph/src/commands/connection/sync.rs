use std::io::{IsTerminal as _, Write as _, stderr};
use std::pin::pin;
use std::time::Duration;

use anyhow::bail;
use connector::{Engine, Removals, TurnError};
use model::{Clock as _, ConnectionId, RunKind, RunStatus, SyncRun, TenantId};
use store::{LeaseError, Store};
use tokio::time::sleep;

use super::{Common, not_found, run};
use crate::clock::SystemClock;
use crate::{open, output};

/// Fetch what changed, now
///
/// Where a server makes a pass of this connection already, another one follows it. Ends with 1 where
/// the pass fails.
#[derive(Debug, clap::Args)]
pub(super) struct Options {
    /// Id of the connection
    id: ConnectionId,
    /// Compare all rows, and mark those that are gone
    #[arg(long)]
    reconcile: bool,
    /// Believe that many rows are gone, instead of suspecting that they may not be read any more
    #[arg(long, requires = "reconcile")]
    accept_removals: bool,
    #[command(flatten)]
    common: Common,
}

/// How often it is looked whether somebody else has ended.
const LOOK: Duration = Duration::from_millis(200);

impl Options {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let config = self.common.config.load(Vec::new())?;
        let door = open::door(&config)?;
        let store = open::existing_store(&config).await?;
        let (tenant, id) = (self.common.tenant, self.id);
        let kind = if self.reconcile { RunKind::Reconcile } else { RunKind::Incremental };
        let asked = store.queue_run(tenant, id, kind, SystemClock.now()).await?;
        let asked = asked.ok_or_else(|| not_found(tenant, id))?;
        let removals = if self.accept_removals { Removals::Accepted } else { Removals::Doubted };
        let sessions = open::sessions(&config, door, store.clone());
        let engine = open::engine(&config, sessions, store.clone());
        let made = made(&engine, &store, asked.clone(), removals);
        let made = Box::pin(told(made, &engine, progress(&store, &asked))).await?;
        if self.common.json {
            output::line(run::json(&made))?;
        } else {
            output::line(format_args!("{}\n{}", run::heading(), run::line(&made)))?;
        }
        match made.status {
            RunStatus::Succeeded => Ok(()),
            RunStatus::Failed => bail!("the pass failed"),
            RunStatus::Queued | RunStatus::Running | RunStatus::Abandoned => {
                bail!("the pass was abandoned: the connection was changed, or the program ended")
            }
        }
    }
}

/// Waits for the pass and shows how far it is; Ctrl-C ends it where another can go on.
async fn told(
    made: impl Future<Output = anyhow::Result<SyncRun>>,
    engine: &Engine,
    progress: impl Future<Output = ()>,
) -> anyhow::Result<SyncRun> {
    let mut made = pin!(made);
    let made = tokio::select! {
        made = &mut made => made,
        () = progress => made.await,
        _ = tokio::signal::ctrl_c() => {
            engine.stop();
            made.await
        }
    };
    show("");
    made
}

/// Makes passes until the one that was asked for is over; somebody else may make it.
async fn made(
    engine: &Engine,
    store: &Store,
    asked: SyncRun,
    removals: Removals,
) -> anyhow::Result<SyncRun> {
    let (tenant, id): (TenantId, ConnectionId) = (asked.tenant, asked.connection);
    let mut run = asked;
    while !run::is_over(&run) {
        match engine.turn(tenant, id, removals).await {
            Ok(()) => {}
            Err(TurnError::Lease(LeaseError::Held { .. })) => sleep(LOOK).await,
            Err(error) => return Err(error.into()),
        }
        let found = store.load_run(tenant, id, run.id).await?;
        run = found.ok_or_else(|| not_found(tenant, id))?;
    }
    Ok(run)
}

/// Tells a person who waits how far the pass is; never ends.
async fn progress(store: &Store, asked: &SyncRun) {
    let mut shown = 0;
    loop {
        sleep(LOOK).await;
        let found = store.load_run(asked.tenant, asked.connection, asked.id).await;
        let Ok(Some(SyncRun { counts, .. })) = found else { continue };
        if counts.fetched != shown {
            shown = counts.fetched;
            show(&format!("{} fetched, {} stored", counts.fetched, counts.stored));
        }
    }
}

/// In place of what was shown before, where a person looks.
fn show(text: &str) {
    if stderr().is_terminal() {
        // Nobody is there to be told.
        stderr().write_all(format!("\r\u{1b}[K{text}").as_bytes()).ok();
    }
}
