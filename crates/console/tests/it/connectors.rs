use model::{Connection, ConnectionStatus, Role};
use store::ListQuery;
use testkit::{Answer, Server, TENANT};

use crate::visitor::{Visitor, between, read};

pub(crate) const FIELDS: [(&str, &str); 3] = [
    ("instance_url", "contoso.service-now.com/now/nav/ui/home"),
    ("incident_api_url", "/api/now/table/incident"),
    ("app_id", "0123456789abcdef0123456789abcdef"),
];

/// Makes a connection by the form, and answers the path of its page.
pub(crate) async fn add(admin: &mut Visitor<'_>) -> String {
    let new = "/console/connectors/new";
    let added = admin.fill(new, new, &FIELDS).await.expect(303);
    let location = added.header("location");
    location.strip_suffix("?done=created").unwrap().to_owned()
}

async fn stored(server: &Server) -> Vec<Connection> {
    let all = ListQuery { limit: 10, ..ListQuery::default() };
    server.store.list_connections(TENANT, &all).await.unwrap().items
}

fn version(page: &Answer) -> String {
    between(page.text(), "name=\"version\" value=\"", "\"").to_owned()
}

#[tokio::test]
async fn a_connection_is_made_changed_and_deleted() {
    for server in Server::both().await {
        let mut admin = Visitor::signed_in(&server, &[Role::ConnectorAdministrator]).await;
        let empty = admin.get("/console/connectors").await.expect(200);
        assert!(read(&empty).contains("No connection yet"));
        let one = add(&mut admin).await;
        let [made] = &stored(&server).await[..] else { panic!("not one") };
        assert_eq!(made.instance_url.as_deref(), Some("https://contoso.service-now.com"));
        assert_eq!(made.status, ConnectionStatus::Disabled);

        let page = admin.get(&format!("{one}?done=created")).await.expect(200);
        let text = read(&page);
        for expect in
            ["Now set a credential", "Connection status Disabled", "Last connection Never"]
        {
            assert!(text.contains(expect), "{expect} in {text}");
        }
        server.clock.advance_seconds(1);
        let version = version(&page);
        let change = [FIELDS[0], FIELDS[1], FIELDS[2], ("is_on", "on"), ("version", &version)];
        let saved = admin.fill(&one, &one, &change).await.expect(303);
        assert_eq!(saved.header("location"), format!("{one}?done=saved"));
        assert_eq!(stored(&server).await[0].status, ConnectionStatus::Enabled);
        let list = read(&admin.get("/console/connectors").await);
        assert!(list.contains("https://contoso.service-now.com Not set up On Never"), "{list}");

        server.clock.advance_seconds(1);
        let sure = format!("{one}/delete");
        assert!(read(&admin.get(&sure).await).contains("Delete the connection?"));
        let deleted = admin.fill(&sure, &sure, &[]).await.expect(303);
        assert_eq!(deleted.header("location"), "/console/connectors?done=deleted");
        assert_eq!(stored(&server).await, []);
        admin.get(&one).await.expect(404);

        let events = server.store.audit_events(TENANT, 10).await.unwrap();
        let told: Vec<_> = events.iter().map(|event| event.activity.name()).collect();
        assert_eq!(told, ["delete", "update", "create"]);
        assert!(events.iter().all(|event| event.actor == "connectorAdministrator@contoso.example"
            && event.application == "console"));
    }
}

#[tokio::test]
async fn what_is_wrong_is_said_at_the_field_and_nothing_is_lost() {
    let server = Server::sqlite().await;
    let mut admin = Visitor::signed_in(&server, &[Role::ConnectorAdministrator]).await;
    let one = add(&mut admin).await;
    for (field, typed, expect) in [
        ("instance_url", "", "Enter the ServiceNow Instance Host."),
        (
            "instance_url",
            "http://contoso.service-now.com",
            "The ServiceNow Instance Host must use https",
        ),
        ("instance_url", "https://u:p@contoso.service-now.com", "must not contain credentials"),
        ("incident_api_url", "", "Enter the ServiceNow Incident API URL."),
        (
            "incident_api_url",
            "https://evil.example/x",
            "same scheme, host and port as the ServiceNow Instance Host",
        ),
        ("incident_api_url", "/a/../b", "must not contain a &#39;..&#39; path segment"),
        ("app_id", "two words", "has no blanks"),
    ] {
        for page in [one.as_str(), "/console/connectors/new"] {
            let version = if page == one { version(&admin.get(&one).await) } else { String::new() };
            let given =
                FIELDS.map(|(name, value)| (name, if name == field { typed } else { value }));
            let fields = [&given[..], &[("version", &version), ("is_on", "on")]].concat();
            let answer = admin.fill(page, page, &fields).await.expect(422);
            let html = answer.text();
            assert_eq!(html.matches(expect).count(), 2, "{field} {typed}: {html}");
            assert!(html.contains(&format!("id=\"{field}-error\"")), "{html}");
            assert!(html.contains(&format!("<a href=\"#{field}\">")), "{html}");
            assert!(typed.is_empty() || html.contains(&format!("value=\"{typed}\"")), "{html}");
            assert!(html.contains("role=\"switch\" checked"), "{html}");
        }
    }
    assert_eq!(stored(&server).await[0].version, 1);
}

#[tokio::test]
async fn a_change_by_somebody_else_is_shown_before_it_is_overwritten() {
    for server in Server::both().await {
        let mut admin = Visitor::signed_in(&server, &[Role::ConnectorAdministrator]).await;
        let one = add(&mut admin).await;
        let seen = version(&admin.get(&one).await);
        let mine = |api: &'static str, version: &str| {
            [
                ("instance_url", "https://contoso.service-now.com".to_owned()),
                ("incident_api_url", api.to_owned()),
                ("version", version.to_owned()),
            ]
        };
        let first = mine("/theirs", &seen);
        admin.fill(&one, &one, &first.each_ref().map(|(n, v)| (*n, v.as_str()))).await.expect(303);
        let second = mine("/mine", &seen);
        let clash = admin
            .fill(&one, &one, &second.each_ref().map(|(n, v)| (*n, v.as_str())))
            .await
            .expect(409);
        let text = read(&clash);
        assert!(text.contains("somebody else has changed this connection"), "{text}");
        assert!(text.contains("ServiceNow Incident API URL /theirs /mine"), "{text}");
        assert_eq!(stored(&server).await[0].incident_api_url.as_deref(), Some("/theirs"));
        let again = mine("/mine", &version(&clash));
        admin.fill(&one, &one, &again.each_ref().map(|(n, v)| (*n, v.as_str()))).await.expect(303);
        assert_eq!(stored(&server).await[0].incident_api_url.as_deref(), Some("/mine"));
    }
}

#[tokio::test]
async fn a_test_and_a_pass_say_how_they_went() {
    let server = Server::sqlite().await;
    let mut admin = Visitor::signed_in(&server, &[Role::ConnectorAdministrator]).await;
    let one = add(&mut admin).await;
    let tested = admin.fill(&one, &format!("{one}/test"), &[]).await.expect(200);
    let text = read(&tested);
    assert!(text.contains("Test result: The connection does not work"), "{text}");
    assert!(text.contains("The address may be called Failed"), "{text}");
    assert!(text.contains("Incidents come Not tried"), "{text}");

    let asked = admin.fill(&one, &format!("{one}/sync"), &[]).await.expect(303);
    assert_eq!(asked.header("location"), format!("{one}?done=sync#passes"));
    let text = read(&admin.get(&one).await);
    assert!(text.contains("What changed Failed The connection is disabled."), "{text}");
}

#[tokio::test]
async fn an_auditor_sees_and_changes_nothing() {
    let server = Server::sqlite().await;
    let mut admin = Visitor::signed_in(&server, &[Role::ConnectorAdministrator]).await;
    let one = add(&mut admin).await;
    let mut auditor = Visitor::signed_in(&server, &[Role::Auditor]).await;
    let page = auditor.get(&one).await.expect(200);
    for button in ["<button", "/delete\"", "/credential\""] {
        assert!(!between(page.text(), "<main", "</main>").contains(button), "{button}");
    }
    for path in ["", "/test", "/sync", "/delete", "/credential", "/credential/delete"] {
        auditor.fill(&one, &format!("{one}{path}"), &[]).await.expect(403);
    }
    let mut other = Visitor::signed_in(&server, &[Role::IncidentViewer]).await;
    other.get(&one).await.expect(403);
    for wrong in ["x", "11111111-1111-1111-1111-111111111111"] {
        admin.get(&format!("/console/connectors/{wrong}")).await.expect(404);
    }
}
