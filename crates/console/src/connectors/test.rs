use std::convert::Infallible;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::HeaderValue;
use axum::http::header::CONTENT_TYPE;
use axum::response::Response;
use futures_util::{FutureExt as _, StreamExt as _, stream};
use identity::Access;
use model::{ConnectionId, TenantId};
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};

use super::one::{self, Extra};
use super::report::Report;
use crate::console::Console;
use crate::error::PageError;
use crate::session::AskWithForm;

/// `POST /console/connectors/{id}/test`: tests what is stored, be it disabled.
pub(crate) async fn submit(
    State(console): State<Arc<Console>>,
    Path(id): Path<String>,
    ask: AskWithForm,
) -> Result<Response, PageError> {
    ask.may(Access::WriteConnections)?;
    let key = (ask.who.principal.tenant, one::id(&id)?);
    let report = console.test.run(key, console.clock.now(), &mut |_| {}).await?;
    let report = Some(report.ok_or(PageError::NotFound)?);
    let connection = one::load(&console, &ask.who, key.1).await?;
    one::answer(&console, (&ask.who, &ask.origin), connection, Extra { report, ..Extra::default() })
        .await
}

/// `POST /console/connectors/{id}/test/steps`: the same for a script, each step when it is over. Who
/// goes away ends the test.
pub(crate) async fn stream(
    State(console): State<Arc<Console>>,
    Path(id): Path<String>,
    ask: AskWithForm,
) -> Result<Response, PageError> {
    ask.may(Access::WriteConnections)?;
    let connection = one::load(&console, &ask.who, one::id(&id)?).await?;
    let (lines, mut told) = unbounded_channel();
    let test = run(console, (connection.tenant, connection.id), lines).into_stream();
    let told = stream::poll_fn(move |context| told.poll_recv(context));
    let body = stream::select(told, test.filter_map(|()| async { None }));
    let mut answer = Response::new(Body::from_stream(body.map(Ok::<_, Infallible>)));
    let kind = HeaderValue::from_static("application/x-ndjson");
    answer.headers_mut().insert(CONTENT_TYPE, kind);
    Ok(answer)
}

/// An answer that breaks off has no end, which the script tells.
async fn run(console: Arc<Console>, key: (TenantId, ConnectionId), lines: UnboundedSender<String>) {
    let tell = |line: Result<String, askama::Error>| match line {
        // Nobody hears it who has gone.
        Ok(line) => drop(lines.send(line)),
        Err(error) => tracing::error!(error = %error, "a step could not be rendered"),
    };
    tell(Report::begun());
    let now = console.clock.now();
    match console.test.run(key, now, &mut |step| tell(Report::taken(step))).await {
        Ok(Some(report)) => tell(Report::ended(&report)),
        Ok(None) => {}
        Err(error) => tracing::error!(
            error = &error as &dyn std::error::Error,
            "a connection could not be tested"
        ),
    }
}
