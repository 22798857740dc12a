use model::{
    Activity, Connection, ConnectionDraft, ConnectionId, ConnectionStatus, Field, Incident,
    IncidentText, IncidentTexts, IncidentVersion, Merge, PlainHttpHosts, RunCounts, Timestamp,
};
use store::{IncidentPage, TakeLease};
use testkit::{Server, TENANT};
use uuid::Uuid;

pub(crate) const ID: ConnectionId = ConnectionId::from_uuid(Uuid::from_u128(1));

/// A text that acts wherever it is not only text: as markup, as a formula, and in reading order.
pub(crate) const HOSTILE: &str = "=cmd|'/c calc'!A1<script>alert(1)</script>\u{202e}\"";

/// Incidents from this number on are Adam's.
pub(crate) const ADAM: u32 = 1_000_000;

pub(crate) fn incident(number: u32) -> Incident {
    let mut texts = IncidentTexts::default();
    let state = if number.is_multiple_of(2) { ("1", "New") } else { ("7", "Closed") };
    let caller = if number < ADAM {
        ("c1", "Ada Byron", "ada@contoso.example")
    } else {
        ("c2", "Adam Ries", "adam@contoso.example")
    };
    for (text, value) in [
        (IncidentText::Number, format!("INC{number:04}")),
        (IncidentText::ShortDescription, format!("{HOSTILE} {number}")),
        (IncidentText::State, state.0.to_owned()),
        (IncidentText::StateLabel, state.1.to_owned()),
        (IncidentText::Priority, (number % 5 + 1).to_string()),
        (IncidentText::PriorityLabel, format!("P{}", number % 5 + 1)),
        (IncidentText::ConfigurationItemName, format!("PC-{}", number % 3)),
        (IncidentText::AssignmentGroupName, "Network <b>".to_owned()),
        (IncidentText::CallerId, caller.0.to_owned()),
        (IncidentText::CallerName, caller.1.to_owned()),
        (IncidentText::CallerUserPrincipalName, caller.2.to_owned()),
        (IncidentText::CallerEmail, caller.2.to_owned()),
    ] {
        texts.set(text, value);
    }
    let opened = Timestamp::from_unix(1_700_000_000 + i64::from(number), 0);
    let version =
        IncidentVersion { sys_id: format!("{number:032x}"), updated: opened, revision: None };
    let active = Field::Set(number.is_multiple_of(2));
    Incident {
        version,
        texts,
        active,
        opened: Field::Set(opened),
        resolved: Field::Null,
        closed: Field::Null,
    }
}

/// A connection that is off, and what was fetched before.
pub(crate) async fn fetched(server: &Server) {
    fetched_of(server, (0..30).chain(ADAM..=ADAM).map(incident).collect()).await;
}

/// The same with other incidents.
pub(crate) async fn fetched_of(server: &Server, rows: Vec<Incident>) {
    let draft = ConnectionDraft {
        instance_url: Some("https://contoso.service-now.com".into()),
        incident_api_url: Some("/api/now/table/incident".into()),
        status: Some(ConnectionStatus::Enabled),
        ..ConnectionDraft::default()
    };
    let now = Timestamp::from_unix(1_767_000_000, 0);
    let none = PlainHttpHosts::default();
    let connection = Connection::create(draft, (TENANT, ID), now, &none).unwrap();
    let author = model::Author { actor: "test".into(), application: "test".into() };
    let event = author.record(Activity::Create, &connection, Vec::new(), now);
    server.store.insert_connection(connection, event).await.unwrap();
    let wish = TakeLease {
        holder: "node".into(),
        source: "there".into(),
        now,
        until: now.plus_seconds(3600),
    };
    let lease = server.store.take_lease(TENANT, ID, wish).await.unwrap();
    let page = IncidentPage {
        rows,
        merge: Merge::Newer,
        counts: RunCounts::default(),
        cursor: None,
        newest: None,
        closed_since: None,
        page_size: None,
        queried: now,
        until: now.plus_seconds(3600),
    };
    server.store.store_page(&lease, page).await.unwrap();
}
