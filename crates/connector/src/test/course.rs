use tokio::time::Instant;

use super::report::{Step, StepName, StepStatus, TestReport, TestStatus};
use crate::Trouble;

/// The steps that were taken so far.
pub(super) struct Course<'t> {
    steps: Vec<Step>,
    told: Told<'t>,
}

/// Is told of each step when it is over.
pub type Told<'t> = &'t mut (dyn FnMut(&Step) + Send);

/// What a step found, and what it gives to the next ones.
#[derive(Debug)]
pub(super) struct Found<T> {
    value: T,
    message: String,
    /// What to do, where it is not as it should be.
    hint: Option<String>,
}

impl<T> Found<T> {
    pub(super) fn good(value: T, message: impl Into<String>) -> Self {
        Self { value, message: message.into(), hint: None }
    }

    pub(super) fn doubtful(value: T, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { value, message: message.into(), hint: Some(hint.into()) }
    }
}

impl<'t> Course<'t> {
    pub(super) fn new(told: Told<'t>) -> Self {
        Self { steps: Vec::new(), told }
    }

    /// Takes a step; `None` where it failed, after which there is no other.
    pub(super) async fn take<T>(
        &mut self,
        name: StepName,
        step: impl Future<Output = Result<Found<T>, Trouble>>,
    ) -> Option<T> {
        let begun = Instant::now();
        let found = step.await;
        let duration_ms = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
        let (status, message, hint, value) = match found {
            Ok(Found { value, message, hint: None }) => {
                (StepStatus::Passed, message, None, Some(value))
            }
            Ok(Found { value, message, hint }) => (StepStatus::Warning, message, hint, Some(value)),
            Err(trouble) => (StepStatus::Failed, trouble.message, Some(trouble.hint), None),
        };
        self.end(Step { name, status, duration_ms, message, hint });
        value
    }

    /// The end: what was not taken was skipped.
    pub(super) fn report(mut self, matched: Option<u64>, readable: Option<u64>) -> TestReport {
        for name in StepName::ALL.into_iter().skip(self.steps.len()) {
            let (status, duration_ms, hint) = (StepStatus::Skipped, 0, None);
            let message = "Not tried, since an earlier step failed.".to_owned();
            self.end(Step { name, status, duration_ms, message, hint });
        }
        let has = |status| self.steps.iter().any(|step| step.status == status);
        let status = match (has(StepStatus::Failed), has(StepStatus::Warning)) {
            (true, _) => TestStatus::Failed,
            (false, true) => TestStatus::Warning,
            (false, false) => TestStatus::Passed,
        };
        TestReport { status, steps: self.steps, matched, readable }
    }

    fn end(&mut self, step: Step) {
        (self.told)(&step);
        self.steps.push(step);
    }
}
