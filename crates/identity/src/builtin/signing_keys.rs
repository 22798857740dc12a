use std::error::Error;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use store::Store;
use tokio::sync::Mutex;
use tokio::task::spawn_blocking;
use tokio::time::{Instant, sleep_until};

use super::{JwksDocument, SigningKey, SigningKeyError};
use crate::KeySet;
use crate::authenticate::{KeysUnavailable, Snapshot};

/// The built-in issuer's keys: in the store, remembered here. Cheap to clone; share one in a
/// process, so that what signs and what verifies agree.
///
/// Other processes may add keys at any time. A token that names an unknown key has the keys loaded
/// again, whoever made it; loads are bounded by [`PAUSE`], and callers wait rather than being told
/// wrongly that the key does not exist.
#[derive(Debug, Clone)]
pub struct SigningKeys {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    store: Store,
    state: RwLock<State>,
    /// When the last load began. Held while loading.
    loading: Mutex<Option<Instant>>,
}

#[derive(Debug, Clone, Default)]
struct State {
    snapshot: Snapshot,
    keys: Vec<Arc<SigningKey>>,
    /// Of those that still sign.
    newest: Option<Arc<SigningKey>>,
    loaded: Option<Instant>,
}

/// Keys that are retired elsewhere are believed here for so long at most.
const REFRESH: Duration = Duration::from_mins(1);
/// Least time between two loads for unknown keys.
const PAUSE: Duration = Duration::from_millis(100);

impl SigningKeys {
    /// Nothing is loaded before it is needed.
    pub fn new(store: Store) -> Self {
        let inner = Inner { store, state: RwLock::default(), loading: Mutex::default() };
        Self { inner: Arc::new(inner) }
    }

    /// The key to sign with; makes the first one where the database has none.
    pub async fn newest(&self) -> Result<Arc<SigningKey>, KeysUnavailable> {
        self.current().await?;
        if let Some(key) = self.inner.state().newest {
            return Ok(key);
        }
        let made = spawn_blocking(SigningKey::generate)
            .await
            .map_err(|_cut_short| SigningKeyError::Generation)??;
        self.inner.store.ensure_signing_key(move || made).await?;
        self.reload().await?;
        self.inner.state().newest.ok_or_else(|| SigningKeyError::Generation.into())
    }

    /// What is published of the keys.
    pub async fn published(&self) -> Result<JwksDocument, KeysUnavailable> {
        self.newest().await?;
        let keys = self.inner.state().keys;
        Ok(JwksDocument { keys: keys.iter().map(|key| key.public_jwk()).collect() })
    }

    /// The keys to judge with now.
    pub(crate) async fn current(&self) -> Result<Snapshot, KeysUnavailable> {
        let age = self.inner.state().loaded.map(|loaded| loaded.elapsed());
        match age {
            Some(age) if age < REFRESH => {}
            Some(_) => {
                if let Ok(mut begun) = self.inner.loading.try_lock() {
                    *begun = Some(Instant::now());
                    self.inner.refresh().await;
                }
            }
            None => self.reload().await?,
        }
        Ok(self.inner.state().snapshot)
    }

    /// Looks for a key that `seen` does not hold; `None` when there is nothing newer.
    pub(crate) async fn newer(&self, seen: &Snapshot) -> Result<Option<Snapshot>, KeysUnavailable> {
        self.reload().await?;
        let newest = self.inner.state().snapshot;
        Ok((newest.generation != seen.generation).then_some(newest))
    }

    /// Answers after a load that began after the call.
    async fn reload(&self) -> Result<(), KeysUnavailable> {
        let called = Instant::now();
        let mut begun = self.inner.loading.lock().await;
        let succeeded = self.inner.state().loaded;
        match next_load(*begun, succeeded, called) {
            Load::Shared => Ok(()),
            Load::At(instant) => {
                sleep_until(instant).await;
                *begun = Some(Instant::now());
                self.inner.load().await
            }
        }
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Load {
    /// Another caller has loaded meanwhile.
    Shared,
    /// This caller shall, at that time.
    At(Instant),
}

/// Decides for a caller whose turn it is, after others' loads that began and succeeded then.
fn next_load(begun: Option<Instant>, succeeded: Option<Instant>, called: Instant) -> Load {
    match begun {
        Some(begun) if begun > called && succeeded >= Some(begun) => Load::Shared,
        Some(begun) => Load::At(begun + PAUSE),
        None => Load::At(called),
    }
}

impl Inner {
    /// Keeps the known keys when the database fails.
    async fn refresh(&self) {
        if let Err(error) = self.load().await {
            self.change(|state| state.loaded = Some(Instant::now()));
            tracing::warn!(
                error = &error as &(dyn Error + 'static),
                "signing keys were not refreshed; the last known ones stay"
            );
        }
    }

    async fn load(&self) -> Result<(), KeysUnavailable> {
        let known = self.state().keys;
        let (mut keys, mut newest) = (Vec::new(), None);
        for stored in self.store.signing_keys().await? {
            let same = known.iter().find(|key| key.id() == stored.id);
            let key = match same {
                Some(key) => Arc::clone(key),
                None => Arc::new(SigningKey::read(&stored.id, &stored.private)?),
            };
            if stored.retires.is_none() {
                newest = Some(Arc::clone(&key));
            }
            keys.push(key);
        }
        let set = KeySet::new(keys.iter().map(|key| key.verification_key()));
        self.change(|state| {
            state.keys = keys;
            state.newest = newest;
            state.loaded = Some(Instant::now());
            state.snapshot.replace(set);
        });
        Ok(())
    }

    fn state(&self) -> State {
        self.state.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn change(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.state.write().unwrap_or_else(PoisonError::into_inner));
    }
}

#[cfg(test)]
mod tests {
    use testkit::{SeededRng, TestDatabase};

    use super::*;
    use crate::builtin::{BuiltinIssuer, Subject, TokenRequest};
    use crate::testing::{KEY, NOW, TENANT, at};
    use crate::{AuthenticationError, Authenticator, TokenRejection};

    #[test]
    fn loads_keep_their_distance_and_are_shared() {
        let start = Instant::now();
        let after = |millis| start + Duration::from_millis(millis);
        assert_eq!(next_load(None, None, after(5)), Load::At(after(5)));
        // Called before the load of another: its result will do, if there is one.
        assert_eq!(next_load(Some(after(10)), Some(after(12)), after(5)), Load::Shared);
        assert_eq!(next_load(Some(after(10)), None, after(5)), Load::At(after(110)));
        assert_eq!(next_load(Some(after(10)), Some(after(4)), after(5)), Load::At(after(110)));
        // Called after it began: what it saw may be too old.
        assert_eq!(next_load(Some(after(10)), Some(after(12)), after(11)), Load::At(after(110)));
        assert_eq!(next_load(Some(after(10)), Some(after(12)), after(10)), Load::At(after(110)));
    }

    fn bearer(key: &SigningKey) -> String {
        let tenant = TENANT.parse().unwrap();
        let request = TokenRequest {
            tenant,
            subject: Subject::app_named(tenant, "ci"),
            permissions: Vec::new(),
            lifetime: 60,
        };
        let rng = SeededRng::new(1);
        let token = BuiltinIssuer::new(None).mint(key, &request, at(NOW), &rng).unwrap();
        format!("Bearer {token}")
    }

    fn authenticator(keys: SigningKeys) -> Authenticator {
        Authenticator::builtin(keys, &BuiltinIssuer::new(None), Vec::new())
    }

    #[tokio::test]
    async fn a_token_of_another_process_is_accepted_at_once() {
        let database = TestDatabase::sqlite();
        let serve = authenticator(SigningKeys::new(database.open().await));
        let stranger = serve.authenticate(Some(&bearer(&KEY)), at(NOW)).await;
        assert!(matches!(
            stranger,
            Err(AuthenticationError::Rejected(TokenRejection::UnknownKey(_)))
        ));
        let other = SigningKeys::new(database.open().await);
        let header = bearer(&other.newest().await.unwrap());
        let principal = serve.authenticate(Some(&header), at(NOW)).await.unwrap();
        assert_eq!(principal.tenant.to_string(), TENANT);
        let again = serve.authenticate(Some(&header), at(NOW + 1)).await.unwrap();
        assert!(Arc::ptr_eq(&principal, &again), "remembered");
        assert!(matches!(
            serve.authenticate(Some(&header), at(NOW + 60)).await,
            Err(AuthenticationError::Rejected(TokenRejection::Expired(_)))
        ));
    }

    #[tokio::test]
    async fn processes_that_start_together_agree_on_one_key() {
        let database = TestDatabase::sqlite();
        let one = SigningKeys::new(database.open().await);
        let other = SigningKeys::new(database.open().await);
        let (first, second) = tokio::join!(one.newest(), other.newest());
        assert_eq!(first.unwrap().id(), second.unwrap().id());
        assert_eq!(one.published().await.unwrap(), other.published().await.unwrap());
        assert_eq!(one.published().await.unwrap().keys.len(), 1);
    }
}
