use model::Role;
use serde_json::Value;
use testkit::Server;

use crate::connectors::add;
use crate::visitor::{Visitor, read};

#[tokio::test]
async fn each_step_of_a_test_is_a_line() {
    let server = Server::sqlite().await;
    let mut admin = Visitor::signed_in(&server, &[Role::ConnectorAdministrator]).await;
    let one = add(&mut admin).await;
    let told = admin.fill(&one, &format!("{one}/test/steps"), &[]).await.expect(200);
    assert_eq!(told.header("content-type"), "application/x-ndjson");
    let lines: Vec<Value> =
        told.text().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let [begun, steps @ .., ended] = &lines[..] else { panic!("not enough: {lines:?}") };
    let begun = begun["report"].as_str().unwrap();
    assert_eq!(begun.matches("<li class=\"waiting\">").count(), 10, "{begun}");
    let numbers: Vec<_> = steps.iter().map(|step| step["step"].as_u64().unwrap()).collect();
    assert_eq!(numbers, (0..10).collect::<Vec<_>>());
    assert!(steps[0]["html"].as_str().unwrap().contains("Failed"), "{}", steps[0]);
    assert!(ended["verdict"].as_str().unwrap().contains("does not work"), "{ended}");
}

#[tokio::test]
async fn only_administrators_test() {
    let server = Server::sqlite().await;
    let mut admin = Visitor::signed_in(&server, &[Role::ConnectorAdministrator]).await;
    let one = add(&mut admin).await;
    let mut auditor = Visitor::signed_in(&server, &[Role::Auditor]).await;
    auditor.fill(&one, &format!("{one}/test/steps"), &[]).await.expect(403);
    admin.post(&format!("{one}/test/steps"), &[("form_token", "another")]).await.expect(403);
    let nobody = "/console/connectors/11111111-1111-1111-1111-111111111111/test/steps";
    admin.fill(&one, nobody, &[]).await.expect(404);
}

#[tokio::test]
async fn the_last_tests_are_on_the_page() {
    for server in Server::both().await {
        let mut admin = Visitor::signed_in(&server, &[Role::ConnectorAdministrator]).await;
        let one = add(&mut admin).await;
        let page = read(&admin.get(&one).await.expect(200));
        assert!(page.contains("The connection was not tested yet."), "{page}");
        admin.fill(&one, &format!("{one}/test/steps"), &[]).await.expect(200);
        server.clock.advance_seconds(60);
        let token = server.admin().await;
        let path = one.replace("/console/connectors", "/connector/v1/connections");
        server.call("POST", &format!("{path}/test")).token(&token).send().await.expect(200);
        let page = read(&admin.get(&one).await.expect(200));
        let words = "Does not work The address may be called";
        assert_eq!(page.matches(words).count(), 2, "{page}");
        assert!(page.contains("(just now)") && page.contains("(1 minute ago)"), "{page}");
    }
}
