use model::Role;
use testkit::Server;

use crate::visitor::{PASSWORD, Visitor, account, read};

#[tokio::test]
async fn a_session_ends_when_it_is_idle_or_old() {
    for server in Server::both().await {
        let mut ada = Visitor::signed_in(&server, &Role::ALL).await;
        server.clock.advance_seconds(3_599);
        ada.get("/console/connectors").await.expect(200);
        server.clock.advance_seconds(3_599);
        ada.get("/console/connectors").await.expect(200);
        server.clock.advance_seconds(3_600);
        ada.get("/console/connectors").await.expect(303);

        ada.sign_in("connectorAdministratorincidentViewerauditor@contoso.example", PASSWORD)
            .await
            .expect(303);
        for _ in 0..23 {
            server.clock.advance_seconds(1_800);
            ada.get("/console/connectors").await.expect(200);
        }
        server.clock.advance_seconds(1_800);
        ada.get("/console/connectors").await.expect(303);
    }
}

#[tokio::test]
async fn signing_out_ends_one_session_or_all() {
    for server in Server::both().await {
        account(&server, "ada", &Role::ALL).await;
        let mut browsers = [(); 3].map(|()| Visitor::new(&server));
        for browser in &mut browsers {
            browser.sign_in("ada", PASSWORD).await.expect(303);
        }
        let [first, second, third] = &mut browsers;
        let kept = first.cookies.clone();
        let page = "/console/connectors";
        let gone = first.fill(page, "/console/sign-out", &[]).await.expect(303);
        assert_eq!(gone.header("location"), "/console/sign-in?done=signed-out");
        assert!(!first.cookies.contains_key("nowgraph-session"));
        assert!(read(&first.get(gone.header("location")).await).contains("You are signed out."));
        first.cookies = kept;
        first.get(page).await.expect(303);

        second.get(page).await.expect(200);
        second.fill(page, "/console/sign-out-everywhere", &[]).await.expect(303);
        third.get(page).await.expect(303);
    }
}

#[tokio::test]
async fn the_database_does_not_hold_what_a_browser_shows() {
    let server = Server::sqlite().await;
    let mut ada = Visitor::signed_in(&server, &[Role::Auditor]).await;
    let session = ada.cookies["nowgraph-session"].clone();
    for wrong in ["", "x", ".", &session[1..], &session.replace('.', ".A"), "é"] {
        ada.cookies.insert("nowgraph-session".to_owned(), wrong.to_owned());
        ada.get("/console/connectors").await.expect(303);
    }
    // Another tenant's session of the same secret is none.
    let (_, secret) = session.split_once('.').unwrap();
    let other = format!("22222222222222222222222222222222.{secret}");
    ada.cookies.insert("nowgraph-session".to_owned(), other);
    ada.get("/console/connectors").await.expect(303);
}

#[tokio::test]
async fn pages_are_for_those_who_may() {
    let server = Server::sqlite().await;
    for (role, reads, writes) in [
        (Role::ConnectorAdministrator, 200, 200),
        (Role::IncidentViewer, 403, 403),
        (Role::Auditor, 200, 403),
    ] {
        let mut somebody = Visitor::signed_in(&server, &[role]).await;
        somebody.get("/console/connectors").await.expect(reads);
        somebody.get("/console/connectors/new").await.expect(writes);
    }
}
