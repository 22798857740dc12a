//! The page of one connection, which several requests answer with.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use connector::TestReport;
use identity::{Access, SignedIn, authorize};
use model::{Connection, ConnectionId, ConnectionStatus, CredentialKind};
use store::CredentialDescription;

use super::activity;
use super::fields::Fields;
use super::history::Pass;
use super::report::Report;
use super::status::Status;
use super::tested::Tested;
use crate::chart::Chart;
use crate::console::Console;
use crate::error::PageError;
use crate::errors::Errors;
use crate::moment::Moment;
use crate::page::{self, Frame, Place};
use crate::troubleshoot;

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
    is_live: bool,
    /// When the next pass is due, of a connection that is on.
    next_pass: Option<NextPass>,
    chart: Option<Chart>,
    passes: Vec<Pass>,
    tests: Vec<Tested>,
    may_change: bool,
    /// Where instances send agents back to.
    redirect_url: String,
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

/// When passes are due.
#[derive(Debug)]
struct NextPass {
    /// `None`: at once.
    any: Option<Moment>,
    reconcile: Option<Moment>,
}

/// Passes that are drawn: all that are remembered.
const PASSES: u32 = 200;
/// Passes that are listed.
const LISTED: usize = 10;

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
    (who, origin): (&SignedIn, &str),
    connection: Connection,
    extra: Extra,
) -> Result<Response, PageError> {
    let (store, now) = (&console.store, console.clock.now());
    let key = (connection.tenant, connection.id);
    let health = store.health(key.0, key.1).await?.ok_or(PageError::NotFound)?;
    let credential = store.describe_credential(key.0, key.1).await?;
    let runs = store.runs(key.0, key.1, PASSES).await?;
    let tests = store.trials(key.0, key.1).await?;
    let plan = store.pass_plan(key.0, key.1).await?.ok_or(PageError::NotFound)?;
    let moment = |at| Moment::new(at, now);
    let is_on = connection.status == ConnectionStatus::Enabled;
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
        report: extra.report.as_ref().map(Report::of),
        is_live: false,
        next_pass: is_on.then(|| NextPass {
            any: plan.next_pass.filter(|at| *at > now).map(moment),
            reconcile: plan.next_reconcile.filter(|at| *at > now).map(moment),
        }),
        chart: activity::chart(&runs),
        passes: runs.into_iter().take(LISTED).map(|run| Pass::of(run, now)).collect(),
        tests: tests.into_iter().map(|test| Tested::of(test, now)).collect(),
        may_change: authorize(&who.principal, Access::WriteConnections).is_ok(),
        redirect_url: format!("{origin}{}", troubleshoot::CALLBACK),
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
