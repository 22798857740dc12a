use model::{
    Activity, Connection, ConnectionDraft, ConnectionId, ConnectionStatus, Field, Incident,
    IncidentText, IncidentTexts, IncidentVersion, Merge, PlainHttpHosts, Role, RunCounts,
    Timestamp,
};
use store::{IncidentPage, TakeLease};
use testkit::{Server, Setup, TENANT, TestDatabase, Visibility};
use uuid::Uuid;

use crate::visitor::{Visitor, between, read};

const ID: ConnectionId = ConnectionId::from_uuid(Uuid::from_u128(1));

/// A text that acts wherever it is not only text: as markup, as a formula, and in reading order.
const HOSTILE: &str = "=cmd|'/c calc'!A1<script>alert(1)</script>\u{202e}\"";

fn incident(number: u32) -> Incident {
    let mut texts = IncidentTexts::default();
    let state = if number.is_multiple_of(2) { ("1", "New") } else { ("7", "Closed") };
    let caller = if number < 100 {
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
async fn fetched(server: &Server) {
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
        rows: (0..30).chain(100..101).map(incident).collect(),
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

#[tokio::test]
async fn the_incidents_of_a_person_are_found_filtered_and_exported() {
    for server in Server::both().await {
        fetched(&server).await;
        let mut agent = Visitor::signed_in(&server, &[Role::IncidentViewer]).await;
        let home = agent.get("/console").await.expect(303);
        assert_eq!(home.header("location"), "/console/troubleshoot");
        let several = agent.get("/console/troubleshoot?search=ada").await.expect(200);
        let text = read(&several);
        assert!(text.contains("Ada Byron ada@contoso.example"), "{text}");
        assert!(text.contains("Adam Ries adam@contoso.example"), "{text}");
        let one = agent.get("/console/troubleshoot?search=byron").await.expect(303);
        let location = one.header("location").to_owned();
        assert!(location.starts_with("/console/troubleshoot?user=ada%40contoso.example&"));

        let shown = agent.get(&location).await.expect(200);
        let text = read(&shown);
        assert!(text.contains("Stored copy"), "{text}");
        assert!(text.contains("Incidents 30 15 open, 15 closed"), "{text}");
        assert!(text.contains("New 15"), "{text}");
        assert!(text.contains("1 to 25 of 30"), "{text}");
        assert!(!shown.text().contains("<script>alert"), "{}", shown.text());
        assert!(shown.text().contains("<bdi>=cmd|"), "{}", shown.text());
        assert_eq!(shown.text().matches(r#"aria-sort="descending""#).count(), 1);

        let filtered = format!("{location}&page=1").replace("work=all", "work=open");
        let filtered =
            filtered.replace("sort=opened&order=descending", "sort=number&order=ascending");
        let shown = agent.get(&filtered).await.expect(200);
        assert!(read(&shown).contains("1 to 15 of 15"), "{}", read(&shown));
        let first = between(shown.text(), "<tbody>", "</tr>");
        assert!(first.contains("INC0000"), "{first}");

        let csv = filtered.replace("/troubleshoot?", "/troubleshoot/incidents.csv?");
        let csv = agent.get(&csv).await.expect(200);
        assert_eq!(csv.header("content-type"), "text/csv; charset=utf-8");
        assert_eq!(csv.header("content-disposition"), "attachment; filename=\"incidents.csv\"");
        let mut lines = csv.text().split("\r\n");
        let heading = "\u{feff}\"Incident\",\"Short description\",\"Status\",\"Priority\",\"Opened\",\"Assignment group\"";
        assert_eq!(lines.next(), Some(heading));
        let line = lines.next().unwrap();
        assert!(line.starts_with("\"INC0000\",\"'=cmd|"), "{line}");
        assert_eq!(csv.text().matches("\r\n").count(), 16);

        let events = server.store.audit_events(TENANT, 10).await.unwrap();
        let views: Vec<_> =
            events.iter().filter(|e| e.activity == Activity::ViewIncidents).collect();
        assert_eq!(views.len(), 3);
        assert!(views.iter().all(|event| event.subject.as_deref() == Some("ada@contoso.example")
            && event.actor == "incidentViewer@contoso.example"
            && event.rows == Some(30)));
    }
}

#[tokio::test]
async fn an_empty_list_says_why() {
    let server = Server::sqlite().await;
    fetched(&server).await;
    let mut agent = Visitor::signed_in(&server, &[Role::IncidentViewer]).await;
    let page = agent.get("/console/troubleshoot?user=eve@contoso.example").await.expect(200);
    let text = read(&page);
    assert!(text.contains("Why is nothing here?"), "{text}");
    assert!(text.contains("User ID (user_name) eve@contoso.example 0"), "{text}");
    let page = agent.get("/console/troubleshoot?search=a%00b").await.expect(422);
    assert!(page.text().contains("id=\"user-error\""));
}

#[tokio::test]
async fn only_viewers_see_incidents() {
    let server = Server::sqlite().await;
    for (role, status) in
        [(Role::ConnectorAdministrator, 403), (Role::IncidentViewer, 200), (Role::Auditor, 403)]
    {
        let mut somebody = Visitor::signed_in(&server, &[role]).await;
        for path in [
            "/console/troubleshoot",
            "/console/troubleshoot?user=ada",
            "/console/troubleshoot/incidents.csv?user=ada",
        ] {
            somebody.get(path).await.expect(status);
        }
    }
}

#[tokio::test]
async fn nobody_sees_incidents_by_rights_that_are_not_his_own() {
    let setup = Setup { visibility: Visibility::Agent, ..Setup::default() };
    let server = Server::start(TestDatabase::sqlite(), setup).await;
    fetched(&server).await;
    let mut agent = Visitor::signed_in(&server, &[Role::IncidentViewer]).await;
    for path in [
        "/console/troubleshoot",
        "/console/troubleshoot?search=ada",
        "/console/troubleshoot?user=ada@contoso.example",
        "/console/troubleshoot/incidents.csv?user=ada@contoso.example",
    ] {
        let refused = agent.get(path).await.expect(403);
        assert!(read(&refused).contains("rights that you have in ServiceNow"), "{path}");
        assert!(!refused.text().contains("INC0"), "{path}");
    }
    let events = server.store.audit_events(TENANT, 10).await.unwrap();
    assert!(events.iter().all(|event| event.activity != Activity::ViewIncidents));
}
