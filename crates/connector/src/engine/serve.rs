use std::collections::{HashMap, HashSet};
use std::error::Error;
use std::time::Duration;

use model::{ConnectionId, TenantId};
use store::{LeaseError, StoreError};
use tokio::task::{Id, JoinSet};
use tokio::time::sleep;

use super::{Engine, TurnError};
use crate::pass::Removals;

/// Passes at the same time: an instance that answers slowly keeps one place only.
const AT_ONCE: usize = 16;
/// How often the database is looked at for what other processes were asked for.
const LOOK: Duration = Duration::from_secs(1);

type Key = (TenantId, ConnectionId);

/// Passes that are being made.
#[derive(Debug, Default)]
struct Turns {
    tasks: JoinSet<()>,
    running: HashMap<Id, Key>,
}

impl Engine {
    /// Makes passes until it is told to stop, and deletes what connections left.
    pub async fn serve(&self) {
        tokio::join!(self.make_passes(), self.clear_up());
    }

    async fn clear_up(&self) {
        let mut stop = self.shared.stop.subscribe();
        loop {
            match self.clear().await {
                Ok(()) => {}
                Err(TurnError::Stopping) => return,
                Err(error @ TurnError::Lease(_)) => {
                    tracing::warn!(error = &error as &dyn Error, "not everything could be deleted");
                }
            }
            tokio::select! {
                _ = stop.wait_for(|stop| *stop) => return,
                () = sleep(LOOK) => {}
            }
        }
    }

    async fn make_passes(&self) {
        let mut turns = Turns::default();
        let mut stop = self.shared.stop.subscribe();
        loop {
            if let Err(error) = self.begin(&mut turns).await {
                tracing::warn!(error = &error as &dyn Error, "no passes can be found");
            }
            tokio::select! {
                _ = stop.wait_for(|stop| *stop) => break,
                () = turns.ended() => {}
                () = self.shared.woken.notified() => {}
                () = sleep(LOOK) => {}
            }
        }
        while turns.tasks.join_next().await.is_some() {}
    }

    /// Begins as many passes as are due and have a place.
    async fn begin(&self, turns: &mut Turns) -> Result<(), StoreError> {
        let free = AT_ONCE.saturating_sub(turns.running.len());
        if free == 0 {
            return Ok(());
        }
        let parts = &self.shared.parts;
        let now = parts.clock.now();
        let latest = parts.settings.schedule.latest(now);
        let limit = u32::try_from(AT_ONCE + free).unwrap_or(u32::MAX);
        let due = parts.store.due_connections(now, latest, limit).await?;
        let running: HashSet<Key> = turns.running.values().copied().collect();
        for key in due.into_iter().filter(|key| !running.contains(key)).take(free) {
            let engine = self.clone();
            let task = turns.tasks.spawn(async move {
                let (tenant, connection) = key;
                if let Err(error) = engine.turn(tenant, connection, Removals::Doubted).await {
                    report(key, &error);
                }
            });
            turns.running.insert(task.id(), key);
        }
        Ok(())
    }
}

impl Turns {
    /// When one has ended; never, where there is none.
    async fn ended(&mut self) {
        let task = match self.tasks.join_next_with_id().await {
            Some(Ok((task, ()))) => task,
            // Its lease ends by itself.
            Some(Err(panicked)) => panicked.id(),
            None => std::future::pending().await,
        };
        self.running.remove(&task);
    }
}

fn report((tenant, connection): Key, error: &TurnError) {
    match error {
        // What happens when somebody else is quicker, or changes the connection.
        TurnError::Stopping
        | TurnError::Lease(
            LeaseError::Held { .. }
            | LeaseError::Lost
            | LeaseError::Gone
            | LeaseError::Disabled
            | LeaseError::LeftAlone { .. }
            | LeaseError::Clearing
            | LeaseError::Superseded,
        ) => {}
        TurnError::Lease(LeaseError::Store(_)) => {
            tracing::warn!(%tenant, %connection, error = error as &dyn Error, "a pass was not made");
        }
    }
}
