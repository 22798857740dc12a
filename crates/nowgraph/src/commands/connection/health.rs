use model::{ConnectionId, HealthStatus};
use serde_json::json;

use super::{Common, not_found};
use crate::output::{self, harmless, time};

/// Show what the last calls say of a connection
///
/// It is never a promise: the age of the last call stands beside it.
#[derive(Debug, clap::Args)]
pub(super) struct Options {
    /// Id of the connection
    id: ConnectionId,
    #[command(flatten)]
    common: Common,
}

impl Options {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let store = self.common.config.existing_store().await?;
        let (tenant, id) = (self.common.tenant, self.id);
        let health = store.health(tenant, id).await?.ok_or_else(|| not_found(tenant, id))?;
        if self.common.json {
            return Ok(output::line(json!({
                "status": health.status.name(),
                "since": time(health.since),
                "lastSuccessDateTime": health.last_success.map(time),
                "lastAttemptDateTime": health.last_attempt.map(time),
                "reason": health.reason,
                "notBeforeDateTime": health.not_before.map(time),
            }))?);
        }
        let or_never = |at: Option<model::Timestamp>| at.map_or("never".to_owned(), time);
        let mut lines = vec![
            ("status", status(health.status)),
            ("since", time(health.since)),
            ("lastSuccess", or_never(health.last_success)),
            ("lastAttempt", or_never(health.last_attempt)),
        ];
        lines.extend(health.reason.map(|reason| ("reason", harmless(&reason))));
        lines.extend(health.not_before.map(|at| ("notBefore", time(at))));
        let lines = lines.into_iter().map(|(name, value)| format!("{name:<15} {value}"));
        Ok(output::line(lines.collect::<Vec<_>>().join("\n"))?)
    }
}

fn status(status: HealthStatus) -> String {
    let colour = match status {
        HealthStatus::Verified => "32",
        HealthStatus::NotSetUp | HealthStatus::NotVerified | HealthStatus::Disabled => "2",
        HealthStatus::Throttled => "33",
        HealthStatus::SignInNeeded | HealthStatus::Unreachable | HealthStatus::Error => "31",
    };
    if output::has_colours() {
        format!("\u{1b}[{colour}m{}\u{1b}[0m", status.name())
    } else {
        status.name().to_owned()
    }
}
