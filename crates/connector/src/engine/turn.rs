use model::{Connection, ConnectionId, TenantId};
use store::{Lease, LeaseError, StoreError, TakeLease};
use tokio::time::{MissedTickBehavior, interval};

use super::log::log;
use super::outcome::{Ended, Outcome};
use super::{Engine, Parts, SyncSettings};
use crate::pass::{LEASE, Means, Pass, Removals, Scope, Stopped};
use crate::{OpenSessionError, Opened, Trouble, time};

/// A pass was not made, or what came of it could not be written.
#[derive(Debug, thiserror::Error)]
pub enum TurnError {
    /// It may not be made, or not any more.
    #[error(transparent)]
    Lease(#[from] LeaseError),
    /// The process ends.
    #[error("the program stops")]
    Stopping,
}

impl From<StoreError> for TurnError {
    fn from(error: StoreError) -> Self {
        Self::Lease(error.into())
    }
}

impl Engine {
    /// Makes the pass that was asked for first, or else the one that is due, of a connection.
    /// Nobody else makes one of it meanwhile.
    pub async fn turn(
        &self,
        tenant: TenantId,
        id: ConnectionId,
        removals: Removals,
    ) -> Result<(), TurnError> {
        let Parts { store, clock, settings, .. } = &self.shared.parts;
        let connection = self.connection(tenant, id).await?;
        let now = clock.now();
        let take = TakeLease {
            holder: self.shared.holder.clone(),
            source: source(&connection, settings),
            now,
            until: time::after(now, LEASE),
        };
        let lease = match store.take_lease(tenant, id, take.clone()).await {
            Err(LeaseError::Clearing) => {
                self.clear().await?;
                store.take_lease(tenant, id, take).await?
            }
            taken => taken?,
        };
        // Large: it holds a page and what is made of it.
        match Box::pin(self.under(&lease, removals)).await {
            Ok(()) => Ok(()),
            Err(error) => {
                // Whoever comes next does not have to wait until it ends by itself.
                store.release_lease(&lease, clock.now()).await.or_else(ignore_lost)?;
                Err(error)
            }
        }
    }

    async fn under(&self, lease: &Lease, removals: Removals) -> Result<(), TurnError> {
        let parts = &self.shared.parts;
        // It may have been changed before the lease was taken.
        let connection = self.connection(lease.tenant, lease.connection).await?;
        if source(&connection, &parts.settings) != lease.source {
            return Err(LeaseError::Superseded.into());
        }
        let (ended, outcome) = match parts.sessions.open(&connection).await {
            Ok(opened) => self.pass(lease, &opened, removals).await?,
            Err(OpenSessionError::Trouble(trouble)) => {
                (self.unmade(lease), Outcome::Trouble(trouble))
            }
            Err(OpenSessionError::Store(error)) => return Err(error.into()),
        };
        let finish = ended.finish(&outcome, &parts.settings.schedule);
        log(lease, &finish);
        Ok(parts.store.finish_pass(lease, finish).await?)
    }

    async fn pass<'a>(
        &self,
        lease: &'a Lease,
        opened: &Opened,
        removals: Removals,
    ) -> Result<(Ended<'a>, Outcome), TurnError> {
        let Parts { store, clock, rng, pause, settings, .. } = &self.shared.parts;
        let session = &opened.session;
        let means = Means { store, session, clock: &**clock, rng: &**rng, pause: &**pause };
        let scope = Scope {
            path: opened.site.path.clone(),
            filter: settings.query.clone(),
            overlap: settings.overlap,
            page_size: settings.page_size,
            retention: settings.retention,
        };
        let mut pass = Pass::new(means, &scope, lease, removals);
        let mut stop = self.shared.stop.subscribe();
        let made = tokio::select! {
            made = pass.make() => made,
            lost = self.renew(lease) => Err(lost.into()),
            _ = stop.wait_for(|stop| *stop) => return Err(TurnError::Stopping),
        };
        let outcome = match made {
            Ok(verdict) => Outcome::Whole(verdict),
            Err(stopped) => self.outcome(stopped)?,
        };
        let ended = Ended {
            counts: pass.counts,
            page_size: Some(pass.size.rows()),
            queried: pass.queried,
            count_unknown: pass.count_unknown,
            hiding: pass.hiding,
            unread: pass.readable.unread(),
            ..self.unmade(lease)
        };
        Ok((ended, outcome))
    }

    fn outcome(&self, stopped: Stopped) -> Result<Outcome, TurnError> {
        let now = time::system_time(self.shared.parts.clock.now());
        Ok(match stopped {
            Stopped::Lease(LeaseError::Disabled | LeaseError::Superseded) => Outcome::Unwanted,
            Stopped::Lease(LeaseError::LeftAlone { until }) => {
                Outcome::Trouble(Trouble::left_alone(time::system_time(until)))
            }
            Stopped::Lease(error) => return Err(error.into()),
            Stopped::Doubtful(missing) => Outcome::Doubtful(missing),
            Stopped::Walk(error) => Outcome::Trouble(Trouble::of_walk(&error)),
            Stopped::Instance(failure) => Outcome::Trouble(Trouble::of(&failure, now)),
        })
    }

    /// Of a pass that asked for nothing.
    fn unmade<'a>(&self, lease: &'a Lease) -> Ended<'a> {
        let Parts { clock, rng, .. } = &self.shared.parts;
        let mut jitter = [0; 2];
        rng.fill(&mut jitter);
        Ended {
            kind: lease.run.kind,
            state: &lease.state,
            counts: lease.run.counts,
            page_size: lease.state.page_size,
            queried: None,
            count_unknown: false,
            hiding: false,
            unread: None,
            now: clock.now(),
            jitter: u16::from_be_bytes(jitter),
        }
    }

    /// Deletes what is left of connections that were deleted or lead elsewhere, step by step, so
    /// that nobody waits for long.
    pub(super) async fn clear(&self) -> Result<(), TurnError> {
        let stop = self.shared.stop.subscribe();
        while self.shared.parts.store.clear_some().await? {
            if *stop.borrow() {
                return Err(TurnError::Stopping);
            }
        }
        Ok(())
    }

    /// Keeps the lease while an instance takes its time; ends when it is lost.
    async fn renew(&self, lease: &Lease) -> LeaseError {
        let Parts { store, clock, .. } = &self.shared.parts;
        let mut ticks = interval(LEASE / 4);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            match store.renew_lease(lease, time::after(clock.now(), LEASE)).await {
                // The next attempt comes before the lease ends.
                Ok(()) | Err(LeaseError::Store(_)) => {}
                Err(lost) => return lost,
            }
        }
    }

    async fn connection(
        &self,
        tenant: TenantId,
        id: ConnectionId,
    ) -> Result<Connection, TurnError> {
        let found = self.shared.parts.store.load_connection(tenant, id).await?;
        Ok(found.ok_or(LeaseError::Gone)?)
    }
}

/// What cursors belong to: with another one everything is read anew.
fn source(connection: &Connection, settings: &SyncSettings) -> String {
    let text = |url: &Option<String>| url.clone().unwrap_or_default();
    let (instance, api) = (text(&connection.instance_url), text(&connection.incident_api_url));
    format!("{instance} {api}?{}", settings.query)
}

fn ignore_lost(error: LeaseError) -> Result<(), LeaseError> {
    match error {
        LeaseError::Lost | LeaseError::Gone => Ok(()),
        other => Err(other),
    }
}
