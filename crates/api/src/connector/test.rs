use axum::response::Response;
use connector::{Step, TestReport};
use identity::{Access, authorize};
use model::ConnectionId;
use odata::edm::TypeRef;
use odata::openapi::Operation;
use odata::value::{Structured, Value};

use super::call::check_conditions;
use super::edm::{TEST_REPORT, TEST_STEP};
use super::sets;
use super::structure::{self, optional_number, optional_text, structured, text};
use crate::app::App;
use crate::error::ApiError;
use crate::graph::ask::Ask;
use crate::openapi::operation;

/// What it is.
pub(super) fn described() -> Operation {
    let call = (Some(sets::CONNECTIONS.path), "test");
    let described = operation(
        call,
        "post",
        "Try the way to the incidents step by step",
        Access::WriteConnections,
    );
    Operation { answer: Some(TypeRef::Complex(TEST_REPORT)), ..described }
}

/// `POST …/test`: 200 with how it went, step by step; it may well have failed.
pub(super) async fn post(app: &App, ask: &Ask, id: ConnectionId) -> Result<Response, ApiError> {
    authorize(&ask.principal, Access::WriteConnections)?;
    check_conditions(app, ask, id).await?;
    let report = app.test.run((ask.principal.tenant, id), ask.now, &mut |_| {}).await?;
    structure::answer(ask, report_value(report.ok_or(ApiError::NotFound)?))
}

fn report_value(report: TestReport) -> Structured {
    let TestReport { status, steps, matched, readable } = report;
    let steps = steps.into_iter().map(|step| Value::Structured(step_value(step)));
    structured(
        TEST_REPORT,
        [
            ("status", text(status.name())),
            ("steps", Value::Collection(steps.collect())),
            ("matched", count(matched)),
            ("readable", count(readable)),
        ],
    )
}

fn step_value(step: Step) -> Structured {
    let Step { name, status, duration_ms, message, hint } = step;
    structured(
        TEST_STEP,
        [
            ("name", text(name.name())),
            ("status", text(status.name())),
            ("durationMs", count(Some(duration_ms))),
            ("message", text(message)),
            ("hint", optional_text(hint)),
        ],
    )
}

fn count(count: Option<u64>) -> Value {
    optional_number(count.and_then(|count| i64::try_from(count).ok()))
}
