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
