use anyhow::{anyhow, bail};
use connector::{Step, StepStatus, TestReport, TestStatus};
use model::{Clock as _, ConnectionId};

use super::{Common, not_found};
use crate::clock::SystemClock;
use crate::open;
use crate::output::{self, OutputError, harmless};

/// Try whether incidents can be read, step by step
///
/// Works while the connection is disabled, and asks what a sync asks. Ends with 1 where a step
/// failed.
#[derive(Debug, clap::Args)]
pub(super) struct Options {
    /// Id of the connection
    id: ConnectionId,
    #[command(flatten)]
    common: Common,
}

impl Options {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let config = self.common.config.load(Vec::new())?;
        let store = open::existing_store(&config).await?;
        let (tenant, id) = (self.common.tenant, self.id);
        let test = open::connection_test(&config, open::door(&config)?, store);
        let colours = output::has_colours();
        let mut printed = Ok(());
        let mut tell = |step: &Step| {
            if !self.common.json && printed.is_ok() {
                printed = print(step, colours);
            }
        };
        let report = test.run((tenant, id), SystemClock.now(), &mut tell).await?;
        printed?;
        let report = report.ok_or_else(|| not_found(tenant, id))?;
        if self.common.json {
            output::line(serde_json::to_string(&report)?)?;
        }
        conclude(&report)
    }
}

/// Scripts go by the exit code.
fn conclude(report: &TestReport) -> anyhow::Result<()> {
    let failed = report.steps.iter().find(|step| step.status == StepStatus::Failed);
    match (report.status, failed) {
        (TestStatus::Passed | TestStatus::Warning, _) => Ok(()),
        (TestStatus::Failed, Some(step)) => bail!("the test failed at {}", step.name.name()),
        (TestStatus::Failed, None) => Err(anyhow!("the test failed")),
    }
}

/// A line a step, and one that says what to do.
fn print(step: &Step, colours: bool) -> Result<(), OutputError> {
    let (mark, colour) = match step.status {
        StepStatus::Passed => ("ok", "32"),
        StepStatus::Warning => ("warn", "33"),
        StepStatus::Failed => ("FAIL", "31"),
        StepStatus::Skipped => ("skip", "2"),
    };
    let mark = format!("{mark:<4}");
    let mark = if colours { format!("\u{1b}[{colour}m{mark}\u{1b}[0m") } else { mark };
    let (name, took) = (step.name.name(), format!("{} ms", step.duration_ms));
    output::line(format_args!("{mark} {name:<9} {took:>8}  {}", harmless(&step.message)))?;
    match &step.hint {
        Some(hint) => output::line(format_args!("{:25}{}", "", harmless(hint))),
        None => Ok(()),
    }
}
