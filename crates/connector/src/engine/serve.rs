use std::collections::HashSet;
use std::error::Error;
use std::time::Duration;

use model::{ConnectionId, TenantId};
use store::{LeaseError, StoreError};
use tokio::task::JoinSet;
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
    tasks: JoinSet<Key>,
    running: HashSet<Key>,
}

impl Engine {
    /// Makes passes until it is told to stop.
    pub async fn serve(&self) {
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
        let limit = u32::try_from(AT_ONCE + free).unwrap_or(u32::MAX);
        let due = parts.store.due_connections(parts.clock.now(), limit).await?;
        let due: Vec<Key> = due.into_iter().filter(|key| !turns.running.contains(key)).collect();
        for key in due.into_iter().take(free) {
            turns.running.insert(key);
            let engine = self.clone();
            turns.tasks.spawn(async move {
                let (tenant, connection) = key;
                if let Err(error) = engine.turn(tenant, connection, Removals::Doubted).await {
                    report(key, &error);
                }
                key
            });
        }
        Ok(())
    }
}

impl Turns {
    /// When one has ended; never, where there is none.
    async fn ended(&mut self) {
        match self.tasks.join_next().await {
            Some(Ok(key)) => {
                self.running.remove(&key);
            }
            // One that panicked has no key; its lease ends by itself.
            Some(Err(_panicked)) if self.tasks.is_empty() => self.running.clear(),
            Some(Err(_panicked)) => {}
            None => std::future::pending().await,
        }
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
            | LeaseError::Superseded,
        ) => {}
        TurnError::Lease(LeaseError::Store(_)) => {
            tracing::warn!(%tenant, %connection, error = error as &dyn Error, "a pass was not made");
        }
    }
}
