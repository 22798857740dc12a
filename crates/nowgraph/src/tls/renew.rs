use std::error::Error;
use std::path::PathBuf;
use std::time::Duration;

use model::{Clock as _, Timestamp};
use tokio::time::{MissedTickBehavior, interval};

use super::local_ca::{LocalCa, LocalCaError};
use crate::clock::SystemClock;

/// How often the age of the certificate is looked at; machines sleep, so not only once a month.
const PERIOD: Duration = Duration::from_hours(1);

/// The certificate of the local authority, which is made anew before it expires. Whoever follows
/// the file takes the new one into use.
#[derive(Debug)]
pub(crate) struct Renewal {
    folder: PathBuf,
    names: Vec<String>,
}

impl Renewal {
    pub(super) fn new(folder: PathBuf, names: Vec<String>) -> Self {
        Self { folder, names }
    }

    /// The file with a certificate that is good for a while yet.
    pub(super) fn current(&self, now: Timestamp) -> Result<PathBuf, LocalCaError> {
        LocalCa::in_folder(&self.folder, &self.names, now)?.leaf(&self.names, now)
    }

    /// Renews for as long as it is polled.
    pub(crate) async fn run(self) {
        let renewal = std::sync::Arc::new(self);
        let mut ticks = interval(PERIOD);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            let renewal = std::sync::Arc::clone(&renewal);
            let renewed =
                tokio::task::spawn_blocking(move || renewal.current(SystemClock.now())).await;
            if let Ok(Err(error)) = renewed {
                tracing::error!(
                    error = &error as &dyn Error,
                    "the certificate of the local authority cannot be renewed"
                );
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = 24 * 3600;

    #[test]
    fn a_certificate_is_made_anew_a_month_before_it_expires() {
        let folder = tempfile::tempdir().unwrap();
        let renewal = Renewal::new(folder.path().join("tls"), vec!["localhost".to_owned()]);
        let day = |days: i64| Timestamp::from_unix_seconds(1_800_000_000 + days * DAY).unwrap();
        let at = |days| std::fs::read(renewal.current(day(days)).unwrap()).unwrap();
        let first = at(0);
        assert_eq!(at(365), first, "it has a month left");
        let second = at(367);
        assert_ne!(second, first);
        assert_eq!(at(700), second);
    }
}
