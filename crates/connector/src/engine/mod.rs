//! Makes the passes that are due: finds them in the database, which is all that several processes
//! share, and lets one sick instance keep nobody else waiting.

mod log;
mod outcome;
mod schedule;
mod serve;
mod turn;

use std::sync::Arc;
use std::time::Duration;

use model::{Clock, Rng};
use servicenow::Filter;
use store::Store;
use tokio::sync::{Notify, watch};

use crate::{Pause, Sessions};

pub use schedule::Schedule;
pub use turn::TurnError;

/// What is synced, and how often.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyncSettings {
    /// How often.
    pub schedule: Schedule,
    /// How long it takes at most until others see a row that has been stamped.
    pub overlap: Duration,
    /// As many rows are asked for at most.
    pub page_size: u32,
    /// Which rows.
    pub query: Filter,
    /// Incidents that were closed longer ago are not kept.
    pub retention: Option<Duration>,
}

/// Makes passes. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Engine {
    shared: Arc<Shared>,
}

/// What an engine works with.
#[derive(Debug)]
pub struct Parts {
    /// The database.
    pub store: Store,
    /// The way to the instances.
    pub sessions: Arc<Sessions>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Randomness, for jitter.
    pub rng: Arc<dyn Rng>,
    /// How to wait.
    pub pause: Arc<dyn Pause>,
    /// What is synced.
    pub settings: SyncSettings,
}

#[derive(Debug)]
struct Shared {
    parts: Parts,
    /// This process, in leases.
    holder: String,
    woken: Notify,
    /// Turned to true when the process ends.
    stop: watch::Sender<bool>,
}

impl Engine {
    /// An engine that does nothing yet.
    pub fn new(parts: Parts) -> Self {
        let holder = parts.rng.uuid().to_string();
        let (woken, stop) = (Notify::new(), watch::Sender::new(false));
        Self { shared: Arc::new(Shared { parts, holder, woken, stop }) }
    }

    /// Ends the passes that are being made, each where a later one can go on, and makes no more.
    pub fn stop(&self) {
        self.shared.stop.send_replace(true);
    }

    /// Looks for passes that are due at once: somebody changed a connection or asked for one.
    pub fn wake(&self) {
        self.shared.woken.notify_one();
    }
}
