//! Every text of every template is seen on some page: one that is not is rendered by no test, or
//! stands in a branch that none takes.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use model::{Role, Timestamp};
use serde_json::json;
use store::TrialRecord;
use testkit::{Answer, Server, TENANT, TestDatabase, Visibility};

use crate::connectors::add;
use crate::fixture::{ADAM, ID, fetched, fetched_of, incident};
use crate::issuer::Issuer;
use crate::own_rights::{Instance, WAY};
use crate::visitor::{Visitor, account};
use crate::{openid, own_rights};

/// Shorter ones are parts of something else.
const SHORTEST: usize = 12;
/// Incidents that are looked at at once.
const MOST: u32 = 1000;

/// Pages without blanks, which templates and their renderings have differently.
#[derive(Debug, Default)]
struct Gallery(String);

impl Gallery {
    fn hang(&mut self, page: &Answer) {
        self.0.push('\n');
        self.0.extend(page.text().chars().filter(|c| !c.is_whitespace()));
    }
}

#[tokio::test]
async fn every_text_of_every_template_is_rendered() {
    let mut gallery = Gallery::default();
    accounts(&mut gallery).await;
    connectors(&mut gallery).await;
    incidents(&mut gallery).await;
    outside(&mut gallery).await;
    own(&mut gallery).await;
    let mut missing = BTreeSet::new();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates");
    for file in fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let template = fs::read_to_string(&path).unwrap();
        let texts: Vec<_> = texts(&template).collect();
        assert!(!texts.is_empty(), "{name}: nothing can be told of it");
        let unseen = texts.into_iter().filter(|text| !gallery.0.contains(text.as_str()));
        missing.extend(unseen.map(|text| format!("{name}: {text}")));
    }
    assert!(missing.is_empty(), "{missing:#?}");
}

/// What stands between tags.
fn texts(template: &str) -> impl Iterator<Item = String> {
    let pieces = template.split("{%").flat_map(|piece| match piece.split_once("%}") {
        Some((_, text)) => text.split("{{").collect::<Vec<_>>(),
        None => piece.split("{{").collect(),
    });
    let texts = pieces.map(|piece| piece.split_once("}}").map_or(piece, |(_, text)| text));
    let texts = texts.map(|text| text.chars().filter(|c| !c.is_whitespace()).collect::<String>());
    texts.filter(|text| text.len() >= SHORTEST)
}

async fn accounts(gallery: &mut Gallery) {
    let server = Server::sqlite().await;
    let first = server.console.first_administrator().await.unwrap().unwrap();
    let mut guest = Visitor::new(&server);
    gallery.hang(&guest.get(&first).await.expect(200));
    let link = first.split_once("link=").unwrap().1;
    let typed = [("link", link), ("user_name", "a b"), ("password", "x"), ("tenant", "x")];
    let wrong = guest.fill(&first, "/console/first-administrator", &typed).await;
    gallery.hang(&wrong.expect(422));
    gallery.hang(&guest.get("/console/sign-in?done=signed-out").await);
    gallery.hang(&guest.sign_in("nobody", "x").await.expect(422));

    let mut ada = Visitor::signed_in(&server, &Role::ALL).await;
    account(&server, "bob", &[Role::Auditor]).await;
    for path in ["/console/accounts", "/console/accounts?done=deleted", "/console/password"] {
        gallery.hang(&ada.get(path).await.expect(200));
    }
    gallery.hang(&ada.fill("/console/password", "/console/password", &[]).await.expect(422));
    gallery.hang(&ada.fill("/console/accounts", "/console/accounts", &[]).await.expect(422));
    let new = [("user_name", "eve"), ("auditor", "on")];
    gallery.hang(&ada.fill("/console/accounts", "/console/accounts", &new).await.expect(200));
    for account in server.store.list_accounts(TENANT).await.unwrap() {
        gallery.hang(&ada.get(&format!("/console/accounts/{}", account.id)).await.expect(200));
    }
}

async fn connectors(gallery: &mut Gallery) {
    let server = Server::sqlite().await;
    let mut ada = Visitor::signed_in(&server, &Role::ALL).await;
    for path in ["audit", "connectors?done=deleted", "overview", "troubleshoot?user=x", "nowhere"] {
        gallery.hang(&ada.get(&format!("/console/{path}")).await);
    }
    let new = "/console/connectors/new";
    gallery.hang(&ada.get(new).await);
    gallery.hang(&ada.fill(new, new, &[("app_id", "secret!")]).await.expect(422));
    let fresh = add(&mut ada).await;
    for path in [&fresh, "/console/connectors", "/console/overview"] {
        gallery.hang(&ada.get(path).await.expect(200));
    }
    let gone = format!("{fresh}/delete");
    gallery.hang(&ada.get(&gone).await.expect(200));
    ada.fill(&fresh, &gone, &[]).await.expect(303);
    gallery.hang(&ada.get("/console/audit").await.expect(200));
    fetched(&server).await;
    let one = format!("/console/connectors/{ID}");
    let credential = format!("{one}/credential");
    for path in [&credential, &format!("{credential}?kind=jwtBearer")] {
        gallery.hang(&ada.get(path).await.expect(200));
    }
    let wrong = [("kind", "password"), ("userName", "x")];
    gallery.hang(&ada.fill(&credential, &credential, &wrong).await.expect(422));
    let right = [("kind", "password"), ("clientSecret", "s"), ("userName", "x"), ("password", "y")];
    ada.fill(&credential, &credential, &right).await.expect(303);
    ada.fill(&one, &format!("{one}/sync"), &[]).await.expect(303);
    gallery.hang(&ada.fill(&one, &format!("{one}/test"), &[]).await.expect(200));
    let stale = [("instance_url", "https://a.service-now.com"), ("incident_api_url", "/x")];
    gallery.hang(&ada.fill(&one, &one, &stale).await.expect(409));
    trouble(&server).await;
    let stored = "/console/troubleshoot?user=ada@contoso.example";
    let events = format!("/console/audit?connection={ID}");
    for path in [&one, &credential, "/console/connectors", "/console/overview", stored, &events] {
        gallery.hang(&ada.get(path).await.expect(200));
    }
    server.execute("UPDATE credential SET origin = 'https://other.service-now.com'");
    gallery.hang(&ada.get(&one).await.expect(200));
}

/// ServiceNow wants to be left alone, passes have failed, and a test did not.
async fn trouble(server: &Server) {
    let at = Timestamp::from_unix(1_900_000_000, 0);
    let passed =
        TrialRecord { tested: at, status: "passed".to_owned(), trouble: None, matched: None };
    server.store.record_trial((TENANT, ID), passed).await.unwrap();
    let at = at.ticks();
    server.execute(&format!(
        "UPDATE sync_state SET health_status = 'throttled', health_reason = 'too many calls',
         not_before = {at}, last_success = {at}, next_pass = {at}, next_reconcile = {at};
         UPDATE sync_run SET status = 'failed', started = queued, finished = queued,
         failure_code = 'x', failure_message = 'it failed';
         UPDATE connection SET last_queried = {at}"
    ));
}

async fn incidents(gallery: &mut Gallery) {
    let server = Server::sqlite().await;
    fetched_of(&server, (0..MOST + 2).chain(ADAM..=ADAM).map(incident).collect()).await;
    let mut ada = Visitor::signed_in(&server, &Role::ALL).await;
    let user = "troubleshoot?user=ada@contoso.example";
    for path in [
        "troubleshoot",
        "troubleshoot?search=ad",
        "troubleshoot?search=a%00",
        "troubleshoot?user=nobody",
        &format!("{user}&page=2"),
        &format!("{user}&behind=17000000000000000.{ID}.0"),
        &format!("{user}&find=nothing"),
        "overview",
        "overview?days=364",
        "audit",
    ] {
        gallery.hang(&ada.get(&format!("/console/{path}")).await);
    }
    let page = ada.get(&format!("/console/{user}")).await.expect(200);
    let mut links = page.text().split("href=\"").map(|rest| rest.split('"').next().unwrap());
    let older = links.find(|link| link.contains("behind=")).unwrap().replace("&#38;", "&");
    gallery.hang(&ada.get(&older).await.expect(200));
    gallery.hang(&page);
    let mut auditor = Visitor::signed_in(&server, &[Role::Auditor]).await;
    gallery.hang(&auditor.get("/console/troubleshoot").await.expect(403));
}

async fn outside(gallery: &mut Gallery) {
    let (issuer, server) = Issuer::start(TestDatabase::sqlite(), true).await;
    let place = json!({ "end_session_endpoint": format!("{}/bye", issuer.url) });
    issuer.change(|script| script.document = place);
    let mut ada = Visitor::new(&server);
    gallery.hang(&ada.get("/console/sign-in").await);
    let mut other = Visitor::new(&server);
    let desk = json!({ "sub": "desk" });
    openid::come_back((&issuer, &server), &mut other, &desk).await.expect(303);
    openid::come_back((&issuer, &server), &mut ada, &json!({})).await.expect(303);
    gallery.hang(&ada.get("/console/accounts").await.expect(200));
    for account in server.store.list_accounts(TENANT).await.unwrap() {
        gallery.hang(&ada.get(&format!("/console/accounts/{}", account.id)).await.expect(200));
    }
    gallery.hang(&ada.fill("/console/accounts", "/console/sign-out", &[]).await.expect(200));
}

async fn own(gallery: &mut Gallery) {
    let instance = Instance::start().await;
    for visibility in [Visibility::Service, Visibility::Agent] {
        let server = instance.server(TestDatabase::sqlite(), visibility).await;
        let mut agent = Visitor::signed_in(&server, &[Role::IncidentViewer]).await;
        gallery.hang(&agent.get(own_rights::ANN).await.expect(200));
        let sent = agent.get(WAY).await.expect(303);
        let back = instance.decide(sent.header("location"), "deny").await;
        gallery.hang(&agent.get(&back).await);
        instance.let_in(&mut agent).await.expect(303);
        gallery.hang(&agent.get(own_rights::ANN).await.expect(200));
        server.execute("UPDATE connection SET status = 0");
        gallery.hang(&agent.get("/console/troubleshoot").await.expect(200));
    }
}
