//! The page of one connection, which several requests answer with.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use connector::{StepName, StepStatus, TestReport, TestStatus};
use identity::{Access, SignedIn, authorize};
use model::{Connection, ConnectionId, CredentialKind};
use store::CredentialDescription;

use super::fields::Fields;
use super::history::Pass;
use super::status::{Status, Tone};
use crate::console::Console;
use crate::error::PageError;
use crate::errors::Errors;
use crate::moment::Moment;
use crate::page::{self, Frame, Place};
use crate::words;

#[derive(Template)]
#[template(path = "connector.html")]
struct Page {
    frame: Frame,
    id: ConnectionId,
    version: i64,
    fields: Fields,
    errors: Errors,
    conflict: Option<Fields>,
    notice: Option<&'static str>,
    status: Status,
    last_connection: Option<Moment>,
    created: Moment,
    modified: Moment,
    credential: Option<Credential>,
    report: Option<Report>,
    passes: Vec<Pass>,
    may_change: bool,
}

/// What the page shows besides what is stored.
#[derive(Debug, Default)]
pub(super) struct Extra {
    pub(super) notice: Option<&'static str>,
    /// What was typed, and what is wrong with it.
    pub(super) typed: Option<(Fields, Errors)>,
    /// What somebody else has stored meanwhile.
    pub(super) conflict: Option<Fields>,
    pub(super) report: Option<TestReport>,
}

/// What may be told of a credential.
#[derive(Debug)]
struct Credential {
    kind: &'static str,
    user_name: Option<String>,
    created: Moment,
    /// It was set for another instance, and is not sent to this one.
    is_of_other: bool,
}

#[derive(Debug)]
struct Report {
    label: &'static str,
    tone: Tone,
    steps: Vec<Step>,
}

#[derive(Debug)]
struct Step {
    title: &'static str,
    label: &'static str,
    tone: Tone,
    duration_ms: u64,
    message: String,
    hint: Option<String>,
}

/// Passes that are shown.
const PASSES: u32 = 10;

/// The key in a path; what is no GUID cannot exist.
pub(super) fn id(text: &str) -> Result<ConnectionId, PageError> {
    text.parse().map_err(|_no_guid| PageError::NotFound)
}

/// The connection with this key.
pub(super) async fn load(
    console: &Console,
    who: &SignedIn,
    id: ConnectionId,
) -> Result<Connection, PageError> {
    let found = console.store.load_connection(who.principal.tenant, id).await?;
    found.ok_or(PageError::NotFound)
}

/// Renders the page.
pub(super) async fn answer(
    console: &Console,
    who: &SignedIn,
    connection: Connection,
    extra: Extra,
) -> Result<Response, PageError> {
    let (store, now) = (&console.store, console.clock.now());
    let key = (connection.tenant, connection.id);
    let health = store.health(key.0, key.1).await?.ok_or(PageError::NotFound)?;
    let credential = store.describe_credential(key.0, key.1).await?;
    let runs = store.runs(key.0, key.1, PASSES).await?;
    let moment = |at| Moment::new(at, now);
    let conflicts = extra.conflict.is_some();
    let has_errors = extra.typed.as_ref().is_some_and(|(_, errors)| !errors.is_empty());
    let (fields, errors) =
        extra.typed.unwrap_or_else(|| (Fields::of(&connection), Errors::default()));
    let page = Page {
        frame: Frame::of(who, Place::Connectors, "ServiceNow connector"),
        id: connection.id,
        version: connection.version,
        fields,
        errors,
        conflict: extra.conflict,
        notice: extra.notice,
        status: Status::of(health, now),
        last_connection: connection.last_queried.map(|queried| moment(queried.at)),
        created: moment(connection.created),
        modified: moment(connection.last_modified),
        credential: credential.map(|described| Credential {
            kind: kind_title(described.kind),
            is_of_other: is_of_other(&described, &connection),
            user_name: described.user_name,
            created: moment(described.renewed.unwrap_or(described.created)),
        }),
        report: extra.report.map(Report::of),
        passes: runs.into_iter().map(|run| Pass::of(run, now)).collect(),
        may_change: authorize(&who.principal, Access::WriteConnections).is_ok(),
    };
    let status = match (conflicts, has_errors) {
        (true, _) => StatusCode::CONFLICT,
        (false, true) => StatusCode::UNPROCESSABLE_ENTITY,
        (false, false) => StatusCode::OK,
    };
    page::render_with(status, &page)
}

fn is_of_other(described: &CredentialDescription, connection: &Connection) -> bool {
    described.origin != connection.origin()
}

/// How a kind of credential is called on pages.
pub(super) const fn kind_title(kind: CredentialKind) -> &'static str {
    match kind {
        CredentialKind::ClientCredentials => "OAuth: client credentials",
        CredentialKind::Password => "OAuth: user name and password",
        CredentialKind::RefreshToken => "OAuth: refresh token",
        CredentialKind::JwtBearer => "OAuth: JWT bearer",
        CredentialKind::ApiKey => "API key",
        CredentialKind::Basic => "Basic: user name and password",
    }
}

impl Report {
    fn of(report: TestReport) -> Self {
        let (label, tone) = match report.status {
            TestStatus::Passed => ("The connection works", Tone::Good),
            TestStatus::Warning => ("The connection works, with a remark", Tone::Fair),
            TestStatus::Failed => ("The connection does not work", Tone::Bad),
        };
        let steps = report.steps.into_iter().map(|step| {
            let (label, tone) = match step.status {
                StepStatus::Passed => ("Passed", Tone::Good),
                StepStatus::Warning => ("Remark", Tone::Fair),
                StepStatus::Failed => ("Failed", Tone::Bad),
                StepStatus::Skipped => ("Not tried", Tone::Quiet),
            };
            // That is all there is to say of it.
            let is_told = step.status != StepStatus::Skipped;
            Step {
                title: step_title(step.name),
                label,
                tone,
                duration_ms: step.duration_ms,
                message: if is_told { words::of_pages(&step.message) } else { String::new() },
                hint: step.hint.map(|hint| words::of_pages(&hint)),
            }
        });
        Self { label, tone, steps: steps.collect() }
    }
}

const fn step_title(name: StepName) -> &'static str {
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
