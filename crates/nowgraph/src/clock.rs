use std::pin::Pin;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use connector::Pause;
use model::{Clock, Timestamp};

/// The wall clock of the machine.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        #[expect(clippy::disallowed_methods, reason = "this is the one clock of the program")]
        let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let seconds = i64::try_from(since_epoch.as_secs()).unwrap_or(i64::MAX);
        Timestamp::from_unix(seconds, since_epoch.subsec_nanos())
    }
}

impl Pause for SystemClock {
    fn until(&self, at: Timestamp) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        let ticks = u64::try_from(at.ticks() - self.now().ticks()).unwrap_or(0);
        Box::pin(tokio::time::sleep(Duration::from_nanos(ticks.saturating_mul(100))))
    }
}
