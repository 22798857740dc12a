use model::{Activity, Clock as _, Field, Incident, Role};
use testkit::{Server, Setup, TENANT, TestDatabase, Visibility};

use crate::fixture::{fetched_of, incident};
use crate::visitor::{Visitor, read};

/// Some of today, and one of long ago.
fn incidents(server: &Server) -> Vec<Incident> {
    let opened = |number: u32| {
        let days = if number == 0 { 400 } else { i64::from(number) * 2 };
        server.clock.now().plus_seconds(-days * 86_400)
    };
    let rows = (0..20).map(|number| {
        let mut row = incident(number);
        row.opened = Field::Set(opened(number));
        row
    });
    rows.collect()
}

#[tokio::test]
async fn incidents_are_counted_over_time() {
    for server in Server::both().await {
        fetched_of(&server, incidents(&server)).await;
        let mut agent = Visitor::signed_in(&server, &[Role::IncidentViewer]).await;
        for (days, sum) in [("7", "3"), ("30", "14"), ("90", "19")] {
            let page = agent.get(&format!("/console/overview?days={days}")).await.expect(200);
            let text = read(&page);
            assert!(text.contains("Stored incidents 20"), "{text}");
            assert!(text.contains("New 10 Closed 10"), "{text}");
            assert!(page.text().contains(&format!("aria-label=\"{sum} incidents opened from")));
            // The legend of the groups, of which there is one; what it is called is only text.
            assert!(text.contains(&format!("Network &#60;b&#62; {sum}")), "{days}: {text}");
            assert!(!text.contains("Health of connections"), "{text}");
        }
        let events = server.store.audit_events(TENANT, 10).await.unwrap();
        let seen = events.iter().filter(|event| event.activity == Activity::QueryIncidents);
        assert_eq!(seen.filter(|event| event.rows == Some(0)).count(), 3);
    }
}

#[tokio::test]
async fn who_sees_no_incidents_sees_how_connections_are() {
    let server = Server::sqlite().await;
    fetched_of(&server, incidents(&server)).await;
    let mut auditor = Visitor::signed_in(&server, &[Role::Auditor]).await;
    let page = auditor.get("/console/overview").await.expect(200);
    let text = read(&page);
    assert!(text.contains("https://contoso.service-now.com Not set up"), "{text}");
    assert!(!text.contains("Stored incidents"), "{text}");
}

#[tokio::test]
async fn nothing_is_counted_where_only_own_rights_count() {
    let setup = Setup { visibility: Visibility::Agent, ..Setup::default() };
    let server = Server::start(TestDatabase::sqlite(), setup).await;
    fetched_of(&server, incidents(&server)).await;
    let mut agent = Visitor::signed_in(&server, &[Role::IncidentViewer]).await;
    let text = read(&agent.get("/console/overview").await.expect(200));
    assert!(!text.contains("Stored incidents"), "{text}");
}

#[tokio::test]
async fn nothing_is_no_reason_to_fail() {
    let server = Server::sqlite().await;
    let mut everybody = Visitor::signed_in(&server, &Role::ALL).await;
    let text = read(&everybody.get("/console/overview").await.expect(200));
    assert!(text.contains("No connection yet"), "{text}");
    assert!(text.contains("Stored incidents 0"), "{text}");
    assert!(text.contains("Nothing was opened in this time"), "{text}");
}
