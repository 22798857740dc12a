use model::Role;
use testkit::Server;

use crate::connectors::add;
use crate::visitor::{Visitor, read};

#[tokio::test]
async fn an_auditor_reads_who_did_what() {
    for server in Server::both().await {
        let mut auditor = Visitor::signed_in(&server, &[Role::Auditor]).await;
        let empty = auditor.get("/console/audit").await.expect(200);
        assert!(read(&empty).contains("Nothing has happened yet"));
        let mut admin = Visitor::signed_in(&server, &[Role::ConnectorAdministrator]).await;
        add(&mut admin).await;
        let mut agent = Visitor::signed_in(&server, &[Role::IncidentViewer]).await;
        agent.get("/console/audit").await.expect(403);
        server.clock.advance_seconds(60);
        agent.get("/console/troubleshoot?user=%3Cb%3Eeve").await.expect(200);

        let page = auditor.get("/console/audit").await.expect(200);
        let text = read(&page);
        let viewed = "incidentViewer@contoso.example by console Viewed the incidents of a person";
        let created = "connectorAdministrator@contoso.example by console Created a connection";
        let at = |words| text.find(words).unwrap_or_else(|| panic!("{words} in {text}"));
        assert!(at(viewed) < at(created), "{text}");
        assert!(page.text().contains("<bdi>&#60;b&#62;eve</bdi>"), "{}", page.text());
    }
}

#[tokio::test]
async fn events_of_one_connection_are_read_alone() {
    let server = Server::sqlite().await;
    let mut somebody = Visitor::signed_in(&server, &Role::ALL).await;
    let (one, other) = (add(&mut somebody).await, add(&mut somebody).await);
    let way = |path: &str| path.replace("connectors/", "audit?connection=");
    let page = somebody.get(&one).await.expect(200);
    assert!(page.text().contains(&format!("href=\"{}\"", way(&one))), "{}", page.text());
    somebody.fill(&one, &format!("{one}/delete"), &[]).await.expect(303);
    let gone = read(&somebody.get(&way(&one)).await.expect(200));
    let id = one.rsplit('/').next().unwrap();
    assert!(gone.contains(&format!("What happened to {id} (deleted)")), "{gone}");
    assert!(gone.contains("Deleted a connection") && gone.contains("Created a connection"));
    let page = somebody.get(&way(&other)).await.expect(200);
    let text = read(&page);
    assert!(text.contains("What happened to https://contoso.service-now.com"), "{text}");
    assert!(!text.contains("Deleted a connection"), "{text}");
    assert!(page.text().contains(&format!("<a href=\"{other}\">")), "{}", page.text());
    let text = read(&somebody.get("/console/audit?connection=x").await.expect(200));
    assert!(text.contains("Deleted a connection"), "{text}");
}
