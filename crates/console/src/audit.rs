use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use identity::Access;
use model::{Activity, ConnectionId, Timestamp};
use store::AuditRecord;

use crate::console::Console;
use crate::error::PageError;
use crate::moment::Moment;
use crate::page::{self, Frame, Place};
use crate::session::Ask;

#[derive(Template)]
#[template(path = "audit.html")]
struct Page {
    frame: Frame,
    events: Vec<Event>,
}

/// What somebody did or saw.
#[derive(Debug)]
struct Event {
    occurred: Moment,
    actor: String,
    application: String,
    title: &'static str,
    connection: Option<ConnectionId>,
    /// Names of properties, a person, or a query.
    about: String,
    rows: Option<i64>,
}

/// Events that are shown; the API has them all.
const SHOWN: u32 = 100;

/// `GET /console/audit`
pub(crate) async fn show(
    State(console): State<Arc<Console>>,
    ask: Ask,
) -> Result<Response, PageError> {
    ask.may(Access::ReadAudit)?;
    let now = console.clock.now();
    let events = console.store.audit_events(ask.who.principal.tenant, SHOWN).await?;
    let events = events.into_iter().map(|event| Event::of(event, now)).collect();
    let frame = Frame::of(&ask.who, Place::Audit, "Audit log");
    page::render(&Page { frame, events })
}

impl Event {
    fn of(record: AuditRecord, now: Timestamp) -> Self {
        let about = record.subject.or(record.query);
        Self {
            occurred: Moment::new(record.occurred, now),
            actor: record.actor,
            application: record.application,
            title: title(record.activity),
            connection: record.connection,
            about: about.unwrap_or_else(|| record.changed.join(", ")),
            rows: record.rows,
        }
    }
}

const fn title(activity: Activity) -> &'static str {
    match activity {
        Activity::Create => "Created a connection",
        Activity::Update => "Changed a connection",
        Activity::Delete => "Deleted a connection",
        Activity::SetCredential => "Set a credential",
        Activity::DeleteCredential => "Removed a credential",
        Activity::ViewIncidents => "Viewed the incidents of a person",
        Activity::QueryIncidents => "Viewed incidents by a query",
        Activity::Erase => "Erased a person",
        Activity::Readmit => "Let an erased person be stored again",
        Activity::CreateAccount => "Made an account",
        Activity::UpdateAccount => "Changed an account",
        Activity::DeleteAccount => "Removed an account",
    }
}
