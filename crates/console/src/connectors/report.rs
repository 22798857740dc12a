//! How a test of a connection went, for people: as a whole, and as it comes.

use askama::Template;
use connector::{Step, StepName, StepStatus, TestReport, TestStatus};
use serde_json::json;

use super::status::Tone;
use crate::words;

#[derive(Debug)]
pub(super) struct Report {
    pub(super) verdict: Verdict,
    pub(super) steps: Vec<ShownStep>,
}

#[derive(Debug)]
pub(super) struct Verdict {
    pub(super) label: &'static str,
    pub(super) tone: Tone,
}

#[derive(Debug)]
pub(super) struct ShownStep {
    pub(super) title: &'static str,
    pub(super) label: &'static str,
    pub(super) class: &'static str,
    pub(super) duration_ms: u64,
    pub(super) message: String,
    pub(super) hint: Option<String>,
}

/// The report before there is anything to report.
#[derive(Template)]
#[template(path = "report.html")]
struct Begun {
    report: Report,
    is_live: bool,
}

#[derive(Template)]
#[template(
    ext = "html",
    source = r#"{% import "macros.html" as m %}{% call m::step(step) %}{% endcall %}"#
)]
struct Taken {
    step: ShownStep,
}

#[derive(Template)]
#[template(
    ext = "html",
    source = r#"{% import "macros.html" as m %}{% call m::verdict(verdict) %}{% endcall %}"#
)]
struct Ended {
    verdict: Verdict,
}

impl Report {
    pub(super) fn of(report: &TestReport) -> Self {
        let steps = report.steps.iter().map(ShownStep::of).collect();
        Self { verdict: Verdict::of(report.status), steps }
    }

    /// Of a test that begins. What is sent are lines of JSON, each with markup for a place on the page.
    pub(super) fn begun() -> Result<String, askama::Error> {
        let steps = StepName::ALL.map(ShownStep::waiting).into();
        let verdict = Verdict { label: "Testing…", tone: Tone::Quiet };
        let page = Begun { report: Self { verdict, steps }, is_live: true };
        Ok(line(&json!({ "report": page.render()? })))
    }

    /// Of a step that is over.
    pub(super) fn taken(step: &Step) -> Result<String, askama::Error> {
        let number = StepName::ALL.iter().position(|name| *name == step.name);
        let html = Taken { step: ShownStep::of(step) }.render()?;
        Ok(line(&json!({ "step": number, "html": html })))
    }

    /// Of the end.
    pub(super) fn ended(report: &TestReport) -> Result<String, askama::Error> {
        let html = Ended { verdict: Verdict::of(report.status) }.render()?;
        Ok(line(&json!({ "verdict": html })))
    }
}

fn line(json: &serde_json::Value) -> String {
    format!("{json}\n")
}

impl Verdict {
    fn of(status: TestStatus) -> Self {
        let (label, tone) = match status {
            TestStatus::Passed => ("The connection works", Tone::Good),
            TestStatus::Warning => ("The connection works, with a remark", Tone::Fair),
            TestStatus::Failed => ("The connection does not work", Tone::Bad),
        };
        Self { label, tone }
    }
}

impl ShownStep {
    fn of(step: &Step) -> Self {
        let (label, tone) = match step.status {
            StepStatus::Passed => ("Passed", Tone::Good),
            StepStatus::Warning => ("Remark", Tone::Fair),
            StepStatus::Failed => ("Failed", Tone::Bad),
            StepStatus::Skipped => ("Not tried", Tone::Quiet),
        };
        // That is all there is to say of it.
        let is_told = step.status != StepStatus::Skipped;
        Self {
            title: title(step.name),
            label,
            class: tone.class(),
            duration_ms: step.duration_ms,
            message: if is_told { words::of_pages(&step.message) } else { String::new() },
            hint: step.hint.as_deref().map(words::of_pages),
        }
    }

    fn waiting(name: StepName) -> Self {
        let (label, class) = ("Waiting", "waiting");
        Self {
            title: title(name),
            label,
            class,
            duration_ms: 0,
            message: String::new(),
            hint: None,
        }
    }
}

/// What a step is called on pages, by its word in the API.
pub(super) fn title_of(name: &str) -> Option<&'static str> {
    StepName::ALL.into_iter().find(|step| step.name() == name).map(title)
}

const fn title(name: StepName) -> &'static str {
    match name {
        StepName::Policy => "The address may be called",
        StepName::Resolve => "The host has an address",
        StepName::Connect => "The instance can be reached",
        StepName::Tls => "Its certificate is good",
        StepName::Token => "The credential signs in",
        StepName::Role => "The account may read incidents",
        StepName::Table => "The URL leads to a table",
        StepName::SyncQuery => "The query is understood",
        StepName::Fields => "All fields can be read",
        StepName::Sample => "Incidents come",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_of_an_instance_stay_text() {
        let message = "<img src=x onerror=alert(1)>\n\"'".to_owned();
        let (name, status) = (StepName::Token, StepStatus::Failed);
        let step = Step { name, status, duration_ms: 7, message, hint: None };
        let line = Report::taken(&step).unwrap();
        assert_eq!(line.matches('\n').count(), 1);
        let read: serde_json::Value = serde_json::from_str(&line).unwrap();
        assert_eq!(read["step"], 4);
        let html = read["html"].as_str().unwrap();
        assert!(html.contains("Failed, 7 ms"), "{html}");
        assert!(!html.contains("<img"), "{html}");
    }
}
