use std::collections::BTreeMap;
use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use identity::Access;
use model::{Activity, ConnectionId, Timestamp};
use store::{AuditRecord, ListQuery};

use crate::console::Console;
use crate::error::PageError;
use crate::moment::Moment;
use crate::page::{self, Frame, Place};
use crate::session::Ask;

#[derive(Template)]
#[template(path = "audit.html")]
struct Page {
    frame: Frame,
    /// The one whose events these are alone.
    of: Option<Name>,
    events: Vec<Event>,
}

/// What somebody did or saw.
#[derive(Debug)]
struct Event {
    occurred: Moment,
    actor: String,
    application: String,
    title: &'static str,
    connection: Option<Name>,
    /// Names of properties, a person, or a query.
    about: String,
    rows: Option<i64>,
}

/// A connection as people know it.
#[derive(Debug)]
struct Name {
    id: ConnectionId,
    /// `None` for one that is deleted.
    instance: Option<String>,
}

/// What people know connections by.
type Instances = BTreeMap<ConnectionId, String>;

/// Events that are shown; the API has them all.
const SHOWN: u32 = 100;
/// Connections that are called by their instances; others by their keys.
const NAMED: u64 = 200;

/// `GET /console/audit`, and `?connection=…` for those of one.
pub(crate) async fn show(
    State(console): State<Arc<Console>>,
    ask: Ask,
) -> Result<Response, PageError> {
    ask.may(Access::ReadAudit)?;
    let now = console.clock.now();
    let (store, tenant) = (&console.store, ask.who.principal.tenant);
    let one = ask.query.text("connection").parse().ok();
    let events = match one {
        Some(id) => store.connection_events(tenant, id, SHOWN).await?,
        None => store.audit_events(tenant, SHOWN).await?,
    };
    let named = ListQuery { limit: NAMED, ..ListQuery::default() };
    let named = store.list_connections(tenant, &named).await?.items.into_iter();
    let named = named.map(|connection| (connection.id, connection.instance_url));
    let instances: Instances =
        named.map(|(id, url)| (id, url.unwrap_or_else(|| "No instance host yet".into()))).collect();
    let events = events.into_iter().map(|event| Event::of(event, &instances, now)).collect();
    let of = one.map(|id| Name::of(id, &instances));
    let frame = Frame::of(&ask.who, Place::Audit, "Audit log");
    page::render(&Page { frame, of, events })
}

impl Name {
    fn of(id: ConnectionId, instances: &Instances) -> Self {
        Self { id, instance: instances.get(&id).cloned() }
    }
}

impl Event {
    fn of(record: AuditRecord, instances: &Instances, now: Timestamp) -> Self {
        let about = record.subject.or(record.query);
        Self {
            occurred: Moment::new(record.occurred, now),
            actor: record.actor,
            application: record.application,
            title: title(record.activity),
            connection: record.connection.map(|id| Name::of(id, instances)),
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
