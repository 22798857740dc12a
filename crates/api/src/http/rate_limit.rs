use std::num::NonZeroU32;

use governor::clock::Clock;
use governor::middleware::NoOpMiddleware;
use governor::nanos::Nanos;
use governor::state::keyed::DefaultKeyedStateStore;
use governor::{Quota, RateLimiter};
use model::{Principal, TenantId};
use tokio::time::Instant;

type Key = (TenantId, String);

/// Requests a second for each tenant and application; a bucket holds one second's worth.
#[derive(Debug)]
pub(crate) struct RequestLimiter {
    buckets: RateLimiter<Key, DefaultKeyedStateStore<Key>, RuntimeClock, NoOpMiddleware<Nanos>>,
    clock: RuntimeClock,
}

/// No token is left in the bucket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the bucket of the application is empty")]
pub(crate) struct Throttled {
    /// Whole seconds until another request will pass, at least 1.
    pub(crate) retry_after_seconds: u64,
}

impl RequestLimiter {
    pub(crate) fn new(requests_per_second: NonZeroU32) -> Self {
        let clock = RuntimeClock(Instant::now());
        let quota = Quota::per_second(requests_per_second);
        let store = DefaultKeyedStateStore::default();
        Self { buckets: RateLimiter::new(quota, store, clock), clock }
    }

    /// Takes a token for this caller.
    pub(crate) fn check(&self, principal: &Principal) -> Result<(), Throttled> {
        let key = (principal.tenant, principal.application.clone());
        self.buckets.check_key(&key).map_err(|not_until| {
            let wait = not_until.wait_time_from(self.clock.now());
            let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
            Throttled { retry_after_seconds: seconds.max(1) }
        })
    }

    /// Drops the buckets that are full again.
    pub(crate) fn forget_idle(&self) {
        self.buckets.retain_recent();
        self.buckets.shrink_to_fit();
    }
}

/// Time since the start by the runtime's clock, which tests can pause and which never goes back.
#[derive(Debug, Clone, Copy)]
struct RuntimeClock(Instant);

impl Clock for RuntimeClock {
    type Instant = Nanos;

    fn now(&self) -> Nanos {
        Nanos::from(self.0.elapsed())
    }
}
