use std::collections::BTreeMap;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use testkit::{Answer, Server, TENANT, TestDatabase};
use url::Url;

use crate::issuer::{Issuer, SECRET, basic};
use crate::visitor::{Visitor, read};

const CALLBACK: &str = "/console/sign-in/callback";

/// Goes to the issuer; what the browser is sent there with.
async fn leave(visitor: &mut Visitor<'_>) -> BTreeMap<String, String> {
    let page = "/console/sign-in?next=%2Fconsole%2Fconnectors%3Fa%3Db";
    let page = visitor.get(page).await.expect(200);
    let way = "/console/sign-in/openid?next=%2Fconsole%2Fconnectors%3Fa%3Db";
    assert!(page.text().contains(&format!("href=\"{way}\"")), "{}", page.text());
    let sent = visitor.get(way).await.expect(303);
    let url = Url::parse(sent.header("location")).unwrap();
    assert_eq!(url.path(), "/authorize");
    url.query_pairs().into_owned().collect()
}

/// Comes back with a token of these claims.
pub(crate) async fn come_back(
    (issuer, server): (&Issuer, &Server),
    visitor: &mut Visitor<'_>,
    changes: &Value,
) -> Answer {
    let sent = leave(visitor).await;
    issuer.vouch(server, &sent["nonce"], changes).await;
    visitor.get(&format!("{CALLBACK}?code=c0de&state={}", sent["state"])).await
}

#[tokio::test]
async fn whom_the_issuer_vouches_for_is_let_in_and_led_back() {
    for database in TestDatabase::both() {
        let (issuer, server) = Issuer::with_server(database).await;
        let mut ada = Visitor::new(&server);
        let sent = leave(&mut ada).await;
        for (name, value) in [
            ("realm", "a"),
            ("response_type", "code"),
            ("client_id", "the console"),
            ("redirect_uri", "http://127.0.0.1:8080/console/sign-in/callback"),
            ("scope", "openid profile email"),
            ("code_challenge_method", "S256"),
        ] {
            assert_eq!(sent[name], value, "{name}");
        }
        issuer.vouch(&server, &sent["nonce"], &json!({})).await;
        let back = format!("{CALLBACK}?code=c0de%2B&state={}", sent["state"]);
        let inside = ada.get(&back).await.expect(303);
        assert_eq!(inside.header("location"), "/console/connectors?a=b");
        let [(form, shown)] = &issuer.asked()[..] else { panic!("not one") };
        assert_eq!(*shown, basic("the+console", "s3cr3t+of+the+console"));
        assert_eq!(form["code"], "c0de+");
        assert_eq!(form["redirect_uri"], sent["redirect_uri"]);
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(&form["code_verifier"]));
        assert_eq!(challenge, sent["code_challenge"]);

        let page = ada.get("/console/connectors/new").await.expect(200);
        assert!(page.text().contains("<bdi>ada@contoso.example</bdi>"));
        ada.get("/console/troubleshoot").await.expect(403);
        // What the issuer says next counts, for the sessions that there are as well.
        let mut elsewhere = Visitor::new(&server);
        let desk = json!({ "groups": ["desk"], "preferred_username": "ada@fabrikam.example" });
        come_back((&issuer, &server), &mut elsewhere, &desk).await.expect(303);
        ada.get("/console/troubleshoot").await.expect(200);
        ada.get("/console/connectors/new").await.expect(403);
        let accounts = server.store.list_accounts(TENANT).await.unwrap();
        let names: Vec<_> = accounts.iter().map(|account| &account.user_name).collect();
        assert_eq!(names, ["ada@fabrikam.example"]);

        let nobody = come_back((&issuer, &server), &mut elsewhere, &json!({ "groups": [] })).await;
        let text = read(&nobody.expect(403));
        assert!(text.contains("ada@contoso.example has no role in this console."), "{text}");
        ada.get("/console/troubleshoot").await.expect(303);
        assert_eq!(server.store.list_accounts(TENANT).await.unwrap(), []);
    }
}

#[tokio::test]
async fn an_answer_is_for_one_browser_and_for_a_while() {
    let (issuer, server) = Issuer::with_server(TestDatabase::sqlite()).await;
    let mut ada = Visitor::new(&server);
    let sent = leave(&mut ada).await;
    issuer.vouch(&server, &sent["nonce"], &json!({})).await;
    let back = format!("{CALLBACK}?code=c0de&state={}", sent["state"]);
    let mut thief = Visitor::new(&server);
    leave(&mut thief).await;
    let text = read(&thief.get(&back).await.expect(400));
    assert!(text.contains("begun too long ago, or in another browser"), "{text}");
    Visitor::new(&server).get(&back).await.expect(400);
    let kept = ada.cookies.clone();
    for state in ["", "x", &sent["nonce"]] {
        ada.cookies.clone_from(&kept);
        ada.get(&format!("{CALLBACK}?code=c0de&state={state}")).await.expect(400);
        assert!(!ada.cookies.contains_key("nowgraph-attempt"), "one answer ends the attempt");
    }
    assert_eq!(issuer.asked().len(), 0, "the issuer was not asked");
    ada.cookies = kept;
    server.clock.advance_seconds(600);
    ada.get(&back).await.expect(400);
}

#[tokio::test]
async fn what_cannot_be_believed_lets_nobody_in() {
    let (issuer, server) = Issuer::with_server(TestDatabase::sqlite()).await;
    let mut ada = Visitor::new(&server);
    for changes in [
        json!({ "nonce": "other" }),
        json!({ "aud": "other" }),
        json!({ "iss": "https://evil.example" }),
        json!({ "exp": 1 }),
        json!({ "tid": "22222222-2222-2222-2222-222222222222" }),
    ] {
        let answer = come_back((&issuer, &server), &mut ada, &changes).await.expect(403);
        let text = read(&answer);
        assert!(text.contains("cannot be used. Tell whoever runs this console"), "{text}");
        assert!(!ada.cookies.contains_key("nowgraph-session"), "{changes}");
    }
    for (query, status, expect) in [
        ("error=access_denied", 403, "it was cancelled"),
        ("error=%3Cscript%3E", 403, "cannot be used"),
        ("code=c&iss=https%3A%2F%2Fevil.example", 403, "cannot be used"),
    ] {
        let sent = leave(&mut ada).await;
        let back = format!("{CALLBACK}?{query}&state={}", sent["state"]);
        let answer = ada.get(&back).await.expect(status);
        assert!(read(&answer).contains(expect), "{query}");
        assert!(!answer.text().contains("<script>"), "{query}");
    }
    issuer.change(|script| script.refusal = Some("invalid_grant"));
    come_back((&issuer, &server), &mut ada, &json!({})).await.expect(403);
}

#[tokio::test]
async fn an_issuer_that_is_away_is_told_apart() {
    let (issuer, server) = Issuer::with_server(TestDatabase::sqlite()).await;
    issuer.change(|script| script.is_down = true);
    let mut ada = Visitor::new(&server);
    let text = read(&ada.get("/console/sign-in/openid").await.expect(502));
    assert!(text.contains("does not answer. Try again in a moment"), "{text}");
    for document in [
        json!({ "issuer": "https://evil.example" }),
        json!({ "token_endpoint": "http://169.254.169.254/token" }),
        json!({ "authorization_endpoint": "javascript:alert(1)" }),
    ] {
        issuer.change(|script| (script.is_down, script.document) = (false, document));
        ada.get("/console/sign-in/openid").await.expect(403);
    }
    issuer.change(|script| script.document = json!({}));
    let sent = leave(&mut ada).await;
    issuer.vouch(&server, &sent["nonce"], &json!({})).await;
    // What it said of itself before is good while it is away; its keys were never asked for.
    server.clock.advance_seconds(3600);
    issuer.change(|script| script.is_down = true);
    let way = ada.get("/console/sign-in/openid").await.expect(303);
    assert!(way.header("location").starts_with(&issuer.url));
    let state = Url::parse(way.header("location")).unwrap();
    let (_, state) = state.query_pairs().find(|(name, _)| name == "state").unwrap();
    ada.get(&format!("{CALLBACK}?code=c&state={state}")).await.expect(502);
}

#[tokio::test]
async fn the_secret_goes_the_way_that_the_issuer_takes() {
    let (issuer, server) = Issuer::with_server(TestDatabase::sqlite()).await;
    let methods = json!({ "token_endpoint_auth_methods_supported": ["client_secret_post"],
        "authorization_response_iss_parameter_supported": true });
    issuer.change(|script| script.document = methods);
    let mut ada = Visitor::new(&server);
    come_back((&issuer, &server), &mut ada, &json!({})).await.expect(403);
    let sent = leave(&mut ada).await;
    issuer.vouch(&server, &sent["nonce"], &json!({})).await;
    let back = format!("{CALLBACK}?code=c&state={}&iss={}", sent["state"], issuer.url);
    ada.get(&back).await.expect(303);
    let [(form, shown)] = &issuer.asked()[..] else { panic!("not one") };
    assert_eq!((shown.as_str(), form["client_secret"].as_str()), ("", SECRET));
    assert_eq!(form["client_id"], "the console");
}

#[tokio::test]
async fn where_the_issuer_vouches_nobody_has_a_password() {
    let (_issuer, server) = Issuer::with_server(TestDatabase::sqlite()).await;
    assert_eq!(server.console.first_administrator().await.unwrap(), None);
    crate::visitor::account(&server, "ada", &model::Role::ALL).await;
    let mut ada = Visitor::new(&server);
    let page = ada.get("/console/sign-in").await.expect(200);
    assert!(!page.text().contains("type=\"password\""), "{}", page.text());
    let fields = [("user_name", "ada"), ("password", crate::visitor::PASSWORD)];
    ada.post("/console/sign-in", &fields).await.expect(404);
    let server = Server::sqlite().await;
    let mut ada = Visitor::new(&server);
    ada.get("/console/sign-in/openid").await.expect(404);
    ada.get(CALLBACK).await.expect(404);
}
