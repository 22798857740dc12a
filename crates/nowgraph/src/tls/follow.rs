use std::error::Error;
use std::time::Duration;

use axum_server::tls_rustls::RustlsConfig;
use tokio::signal::unix::{SignalKind, signal};
use tokio::time::{MissedTickBehavior, interval};

use super::pair::{PairContents, PairError, PairFiles};

/// How often the files are looked at. Programs that renew certificates write two files one after
/// the other; what does not fit together is looked at again.
const PERIOD: Duration = Duration::from_secs(2);

/// Takes a new certificate into use when its files change, or at once at SIGHUP. Connections that
/// are open keep the old one; files that cannot be used change nothing.
#[derive(Debug)]
pub(crate) struct Follower {
    files: PairFiles,
    /// What was last looked at, good or not.
    seen: Option<PairContents>,
    config: RustlsConfig,
    /// The last complaint, which is not repeated at every look.
    complaint: String,
}

impl Follower {
    pub(super) fn new(files: PairFiles, seen: PairContents, config: RustlsConfig) -> Self {
        Self { files, seen: Some(seen), config, complaint: String::new() }
    }

    /// Follows for as long as it is polled.
    pub(crate) async fn run(mut self) {
        let Ok(mut hang_up) = signal(SignalKind::hangup()) else { return };
        let mut ticks = interval(PERIOD);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            let asked = tokio::select! {
                _ = ticks.tick() => false,
                _ = hang_up.recv() => true,
            };
            let files = self.files.clone();
            let Ok(read) = tokio::task::spawn_blocking(move || files.read()).await else { return };
            self.look(read, asked);
        }
    }

    fn look(&mut self, read: Result<PairContents, PairError>, asked: bool) {
        let contents = match read {
            Ok(contents) if !asked && self.seen.as_ref() == Some(&contents) => return,
            Ok(contents) => contents,
            Err(error) => return self.complain(&error, asked),
        };
        let config = contents.server_config();
        self.seen = Some(contents);
        match config {
            Ok(config) => {
                self.config.reload_from_config(config);
                self.complaint.clear();
                tracing::info!(
                    file = %self.files.certificate.display(),
                    "new connections use the certificate as it is now"
                );
            }
            Err(error) => self.complain(&error, asked),
        }
    }

    fn complain(&mut self, error: &PairError, asked: bool) {
        let complaint = error.to_string();
        if asked || complaint != self.complaint {
            tracing::error!(
                error = error as &dyn Error,
                "the certificate is not replaced; the one before stays in use"
            );
            self.complaint = complaint;
        }
    }
}
