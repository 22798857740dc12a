use std::pin::Pin;
use std::sync::Mutex;
use std::time::Duration;

use connector::Pause;
use model::{Clock, Timestamp};

/// A clock that stands until it is moved.
#[derive(Debug)]
pub struct SetClock(Mutex<Timestamp>);

impl SetClock {
    /// 2026-01-02T03:04:05Z
    pub fn new() -> Self {
        Self(Mutex::new(Timestamp::from_unix(1_767_323_045, 0)))
    }

    /// Moves the clock, back by a negative number.
    pub fn advance_seconds(&self, seconds: i64) {
        let mut now = self.0.lock().unwrap();
        *now = now.plus_seconds(seconds);
    }
}

impl Default for SetClock {
    fn default() -> Self {
        Self::new()
    }
}

/// Whoever waits for a time that is not moved to waits as long as it is away.
impl Pause for SetClock {
    fn until(&self, at: Timestamp) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        let ticks = u64::try_from(at.ticks() - self.now().ticks()).unwrap_or(0);
        Box::pin(tokio::time::sleep(Duration::from_nanos(ticks.saturating_mul(100))))
    }
}

impl Clock for SetClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }
}
