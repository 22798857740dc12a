use model::{Activity, Role};
use testkit::{Server, TENANT};

use crate::visitor::{PASSWORD, Visitor, account, between, read};

const PAGE: &str = "/console/accounts";

/// The path of an account's page.
async fn path_of(server: &Server, name: &str) -> String {
    let accounts = server.store.list_accounts(TENANT).await.unwrap();
    let id = accounts.iter().find(|account| account.user_name == name).unwrap().id;
    format!("{PAGE}/{id}")
}

#[tokio::test]
async fn an_administrator_makes_changes_and_removes_accounts() {
    for server in Server::both().await {
        let mut admin = Visitor::signed_in(&server, &[Role::ConnectorAdministrator]).await;
        let text = read(&admin.get(PAGE).await.expect(200));
        assert!(text.contains("connectorAdministrator@contoso.example (you)"), "{text}");
        let new = [("user_name", "bob@contoso.example"), ("incidentViewer", "on")];
        let made = admin.fill(PAGE, PAGE, &new).await.expect(200);
        let password = between(made.text(), "readonly value=\"", "\"").to_owned();
        assert!(read(&made).contains("A password for bob@contoso.example"));
        let mut bob = Visitor::new(&server);
        bob.sign_in("bob@contoso.example", &password).await.expect(303);
        bob.get("/console/troubleshoot").await.expect(200);
        bob.get(PAGE).await.expect(403);

        let one = path_of(&server, "bob@contoso.example").await;
        let page = admin.get(&one).await.expect(200);
        assert_eq!(page.text().matches(" checked").count(), 1);
        admin.fill(&one, &one, &[("auditor", "on")]).await.expect(303);
        bob.get("/console/troubleshoot").await.expect(403);
        bob.get("/console/audit").await.expect(200);
        let none = admin.fill(&one, &one, &[]).await.expect(422);
        assert_eq!(none.text().matches("Choose at least one role.").count(), 2);

        let other = admin.fill(&one, &format!("{one}/password"), &[]).await.expect(200);
        let other = between(other.text(), "readonly value=\"", "\"").to_owned();
        bob.get("/console/audit").await.expect(303);
        bob.sign_in("bob@contoso.example", &password).await.expect(422);
        bob.sign_in("bob@contoso.example", &other).await.expect(303);

        let gone = admin.fill(&one, &format!("{one}/delete"), &[]).await.expect(303);
        assert_eq!(gone.header("location"), "/console/accounts?done=deleted");
        bob.get("/console/audit").await.expect(303);
        bob.sign_in("bob@contoso.example", &other).await.expect(422);
        admin.get(&one).await.expect(404);
        admin.fill(PAGE, PAGE, &new).await.expect(200);

        let events = server.store.audit_events(TENANT, 10).await.unwrap();
        let mut told: Vec<_> = events.iter().map(|event| event.activity.name()).collect();
        told.sort_unstable();
        let expect =
            ["createAccount", "createAccount", "deleteAccount", "updateAccount", "updateAccount"];
        assert_eq!(told, expect);
        assert!(events.iter().all(|event| event.subject.as_deref() == Some("bob@contoso.example")
            && event.actor == "connectorAdministrator@contoso.example"));
        assert!(events.iter().all(|event| event.activity != Activity::Create));
    }
}

#[tokio::test]
async fn what_is_wrong_is_said_and_nobody_locks_themselves_out() {
    let server = Server::sqlite().await;
    account(&server, "ada", &[Role::Auditor]).await;
    let mut admin = Visitor::signed_in(&server, &[Role::ConnectorAdministrator]).await;
    for (name, role, expect) in [
        ("a b", "auditor", "A user name has no blanks"),
        ("", "auditor", "Enter a user name."),
        ("ADA", "auditor", "Somebody else has this user name."),
        ("bob", "king", "Choose at least one role."),
    ] {
        let fields = [("user_name", name), (role, "on")];
        let page = admin.fill(PAGE, PAGE, &fields).await.expect(422);
        assert_eq!(page.text().matches(expect).count(), 2, "{name}: {}", page.text());
        assert!(page.text().contains(&format!("value=\"{name}\"")), "{}", page.text());
    }
    let own = path_of(&server, "connectorAdministrator@contoso.example").await;
    assert!(read(&admin.get(&own).await.expect(200)).contains("This is your own account."));
    for action in ["", "/password", "/delete"] {
        admin.fill(PAGE, &format!("{own}{action}"), &[("auditor", "on")]).await.expect(409);
    }
    let ada = path_of(&server, "ada").await;
    let mut auditor = Visitor::new(&server);
    auditor.sign_in("ada", PASSWORD).await.expect(303);
    for path in [PAGE, &own, &ada] {
        auditor.get(path).await.expect(403);
    }
    for action in ["", "/password", "/delete"] {
        auditor.fill("/console/audit", "/console/password", &[]).await.expect(422);
        let answer = auditor.fill("/console/connectors", &format!("{ada}{action}"), &[]).await;
        answer.expect(403);
    }
    for wrong in ["x", "11111111-1111-1111-1111-111111111111"] {
        admin.get(&format!("{PAGE}/{wrong}")).await.expect(404);
    }
}
