use std::error::Error;
use std::sync::{Arc, PoisonError, RwLock};

use model::Timestamp;
use tokio::sync::{Mutex, OwnedMutexGuard};

use super::discovery::{IssuerUrl, discover};
use super::fetch::Fetcher;
use super::schedule::Schedule;
use crate::KeySet;
use crate::authenticate::{KeysUnavailable, Snapshot};

/// The keys of a foreign issuer: fetched when needed, refreshed on the way, kept through outages.
#[derive(Debug)]
pub(crate) struct DiscoveredKeys {
    issuer: Arc<Issuer>,
    /// Held while fetching, so that only one caller does.
    fetching: Arc<Mutex<()>>,
}

#[derive(Debug)]
struct Issuer {
    url: IssuerUrl,
    fetcher: Arc<Fetcher>,
    state: RwLock<State>,
}

#[derive(Debug, Clone, Default)]
struct State {
    snapshot: Snapshot,
    schedule: Schedule,
}

impl DiscoveredKeys {
    pub(crate) fn new(url: IssuerUrl, fetcher: Arc<Fetcher>) -> Self {
        let issuer = Issuer { url, fetcher, state: RwLock::default() };
        Self { issuer: Arc::new(issuer), fetching: Arc::default() }
    }

    /// The keys to judge with. While usable keys are there only one caller pays for a refresh and
    /// no other waits for it.
    pub(crate) async fn current(&self, now: Timestamp) -> Result<Snapshot, KeysUnavailable> {
        let schedule = self.issuer.state().schedule;
        if schedule.usable(now) {
            if schedule.due(now)
                && let Ok(turn) = Arc::clone(&self.fetching).try_lock_owned()
            {
                self.fetch(now, turn).await;
            }
        } else {
            let turn = Arc::clone(&self.fetching).lock_owned().await;
            if self.issuer.state().schedule.due(now) {
                self.fetch(now, turn).await;
            }
        }
        let State { snapshot, schedule } = self.issuer.state();
        if schedule.usable(now) {
            Ok(snapshot)
        } else {
            Err(KeysUnavailable::Issuer(self.issuer.url.configured.clone()))
        }
    }

    /// Looks for a key that `seen` does not hold; `None` when there is nothing newer.
    pub(crate) async fn newer(&self, seen: &Snapshot, now: Timestamp) -> Option<Snapshot> {
        let turn = Arc::clone(&self.fetching).lock_owned().await;
        let State { snapshot, schedule } = self.issuer.state();
        if snapshot.generation == seen.generation && schedule.may_search(now) {
            self.issuer.change(|state| state.schedule = state.schedule.search(now));
            self.fetch(now, turn).await;
        }
        let newest = self.issuer.state().snapshot;
        (newest.generation != seen.generation).then_some(newest)
    }

    /// Runs as a task of its own: a caller that hangs up must not cost the others this attempt.
    async fn fetch(&self, now: Timestamp, turn: OwnedMutexGuard<()>) {
        let issuer = Arc::clone(&self.issuer);
        issuer.change(|state| state.schedule = state.schedule.attempt(now));
        let task = tokio::spawn(async move {
            issuer.fetch(now).await;
            drop(turn);
        });
        if let Err(error) = task.await {
            tracing::error!(
                error = &error as &(dyn Error + 'static),
                "fetching keys was cut short"
            );
        }
    }
}

impl Issuer {
    async fn fetch(&self, now: Timestamp) {
        match discover(&self.url, &self.fetcher).await {
            Ok(keys) => self.change(|state| state.accept(keys, now)),
            Err(error) => tracing::warn!(
                issuer.url = self.url.configured,
                error = &error as &(dyn Error + 'static),
                "signing keys were not fetched; the last known ones stay"
            ),
        }
    }

    fn state(&self) -> State {
        self.state.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn change(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.state.write().unwrap_or_else(PoisonError::into_inner));
    }
}

impl State {
    fn accept(&mut self, keys: KeySet, now: Timestamp) {
        self.schedule = self.schedule.success(now);
        self.snapshot.replace(keys);
    }
}
