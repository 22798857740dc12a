use model::{Health, HealthStatus, Timestamp};

use crate::moment::Moment;
use crate::words;

/// How a connection is, for people.
#[derive(Debug)]
pub(crate) struct Status {
    pub(crate) label: &'static str,
    pub(crate) tone: Tone,
    /// Since when, or of when it is.
    pub(crate) since: Moment,
    pub(crate) last_success: Option<Moment>,
    pub(crate) reason: Option<String>,
    pub(crate) not_before: Option<Moment>,
}

/// How good or bad something is. Words and signs say it too, not colour alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tone {
    Good,
    Fair,
    Bad,
    Quiet,
}

impl Status {
    pub(crate) fn of(health: Health, now: Timestamp) -> Self {
        let (label, tone) = shown(health.status);
        let moment = |at| Moment::new(at, now);
        Self {
            label,
            tone,
            since: moment(health.since),
            last_success: health.last_success.map(moment),
            reason: health.reason.map(|reason| words::of_pages(&reason)),
            not_before: health.not_before.map(moment),
        }
    }
}

/// The words of Intune where it has some.
const fn shown(status: HealthStatus) -> (&'static str, Tone) {
    match status {
        HealthStatus::NotSetUp => ("Not set up", Tone::Quiet),
        HealthStatus::NotVerified => ("Not verified", Tone::Quiet),
        HealthStatus::Verified => ("Verified", Tone::Good),
        HealthStatus::Disabled => ("Disabled", Tone::Quiet),
        HealthStatus::SignInNeeded => ("Sign-in needed", Tone::Bad),
        HealthStatus::Unreachable => ("Unreachable", Tone::Bad),
        HealthStatus::Throttled => ("Throttled", Tone::Fair),
        HealthStatus::Error => ("Error", Tone::Bad),
    }
}

impl Tone {
    /// The class of the style sheet.
    pub(crate) const fn class(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Fair => "fair",
            Self::Bad => "bad",
            Self::Quiet => "quiet",
        }
    }
}
