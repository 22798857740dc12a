//! Requests that no page of ours makes.

use model::Role;
use testkit::{Server, TENANT};

use crate::fixture::{ID, fetched};
use crate::visitor::{Visitor, account, between};

/// Texts that may act, break a line, or end early.
const ODD: [&str; 9] = [
    "%00",
    "%ff%fe",
    "%0d%0aSet-Cookie:%20a=b",
    "%E2%80%AE%D7%90%3Cscript%3Ealert(1)%3C/script%3E",
    "'%20OR%201=1%20--",
    "%25%5F%5E%5EORDERBYsys_id",
    "99999999999999999999",
    "-1",
    "{{7*7}}",
];

/// The token that the forms of somebody carry.
async fn token_of(visitor: &mut Visitor<'_>) -> String {
    let page = visitor.get("/console/password").await.expect(200);
    between(page.text(), "name=\"form_token\" value=\"", "\"").to_owned()
}

#[tokio::test]
async fn posts_are_for_those_who_may() {
    let server = Server::sqlite().await;
    fetched(&server).await;
    account(&server, "bob", &Role::ALL).await;
    let bob = server.store.list_accounts(TENANT).await.unwrap()[0].id;
    let one = format!("/console/connectors/{ID}");
    let posts = [
        "/console/connectors/new".to_owned(),
        one.clone(),
        format!("{one}/credential"),
        format!("{one}/credential/delete"),
        format!("{one}/delete"),
        format!("{one}/sync"),
        format!("{one}/test"),
        format!("{one}/test/steps"),
        "/console/accounts".to_owned(),
        format!("/console/accounts/{bob}"),
        format!("/console/accounts/{bob}/password"),
        format!("/console/accounts/{bob}/delete"),
    ];
    for role in [Role::IncidentViewer, Role::Auditor] {
        let mut somebody = Visitor::signed_in(&server, &[role]).await;
        let token = token_of(&mut somebody).await;
        for post in &posts {
            somebody.post(post, &[("form_token", &token), ("auditor", "on")]).await.expect(403);
        }
    }
    let mut admin = Visitor::signed_in(&server, &[Role::ConnectorAdministrator]).await;
    let mut other = Visitor::signed_in(&server, &[Role::Auditor, Role::IncidentViewer]).await;
    let foreign = token_of(&mut other).await;
    for post in posts.iter().map(String::as_str).chain(["/console/sign-out", "/console/password"]) {
        for token in ["", "x", &foreign] {
            admin.post(post, &[("form_token", token)]).await.expect(403);
        }
        Visitor::new(&server).post(post, &[("form_token", "x")]).await.expect(303);
    }
    assert!(server.store.load_connection(TENANT, ID).await.unwrap().is_some());
    assert_eq!(server.store.audit_events(TENANT, 10).await.unwrap().len(), 1, "only its making");
}

#[tokio::test]
async fn odd_questions_are_answered() {
    let server = Server::sqlite().await;
    fetched(&server).await;
    let mut ada = Visitor::signed_in(&server, &Role::ALL).await;
    let user = "troubleshoot?user=ada@contoso.example";
    for odd in ODD {
        for path in [
            &format!("troubleshoot?search={odd}"),
            &format!("troubleshoot?user={odd}"),
            &format!("troubleshoot/people?search={odd}"),
            &format!("troubleshoot/incidents.csv?user={odd}"),
            &format!("{user}&find={odd}"),
            &format!("{user}&sort={odd}&order={odd}&size={odd}&page={odd}&column={odd}"),
            &format!("{user}&status={odd}&device={odd}"),
            &format!("{user}&behind={odd}.{ID}.{odd}"),
            &format!("overview?days={odd}"),
            &format!("audit?connection={odd}"),
            &format!("sign-in?next={odd}&done={odd}"),
            &format!("sign-in/callback?code={odd}&state={odd}"),
            &format!("troubleshoot/callback?code={odd}&state={odd}"),
            &format!("troubleshoot/authenticate?connection={odd}&user={odd}"),
            &format!("connectors/{odd}"),
            &format!("connectors/{ID}?done={odd}"),
            &format!("connectors/{ID}/credential?kind={odd}"),
            &format!("accounts/{odd}"),
            &format!("assets/{odd}"),
            &format!("first-administrator?link={odd}"),
        ] {
            let answer = ada.get(&format!("/console/{path}")).await;
            assert!(answer.status < 500, "{path}: {}", answer.status);
            assert!(
                answer.headers.get_all("set-cookie").iter().all(|line| line != "a=b"),
                "{path}"
            );
            let text = String::from_utf8_lossy(&answer.body);
            assert!(!text.contains("<script>alert") && !text.contains(">49<"), "{path}");
        }
    }
}

#[tokio::test]
async fn what_is_too_long_is_refused_and_what_is_long_is_not() {
    let server = Server::sqlite().await;
    let mut ada = Visitor::signed_in(&server, &Role::ALL).await;
    let token = token_of(&mut ada).await;
    let long = "x".repeat(100_000);
    for (action, field) in
        [("/console/connectors/new", "instance_url"), ("/console/accounts", "user_name")]
    {
        let page = ada.post(action, &[("form_token", &token), (field, &long)]).await.expect(422);
        assert!(page.text().contains(&long), "{action}: nothing that was typed is lost");
        let longer = long.repeat(3);
        ada.post(action, &[("form_token", &token), (field, &longer)]).await.expect(413);
    }
}
