use model::Role;
use testkit::{Answer, Server};

use crate::fixture::{ID, fetched};
use crate::visitor::{Visitor, between};

fn coding(answer: &Answer) -> Option<&str> {
    answer.headers.get("content-encoding").map(|coding| coding.to_str().unwrap())
}

#[tokio::test]
async fn answers_are_compressed_for_whom_they_are_meant() {
    let server = Server::sqlite().await;
    fetched(&server).await;
    let mut ada = Visitor::signed_in(&server, &Role::ALL).await;
    let page = "/console/troubleshoot?user=ada@contoso.example";
    let whole = ada.get(page).await.expect(200);
    assert_eq!(coding(&whole), None);
    let get = async |path: &str, accepted: &str, site: &str| {
        let call = server.call("GET", path).header("cookie", &ada.cookie());
        let call = call.header("accept-encoding", accepted);
        let call = if site.is_empty() { call } else { call.header("sec-fetch-site", site) };
        call.send().await.expect(200)
    };
    for (accepted, site, expect) in [
        ("gzip, deflate, br, zstd", "same-origin", Some("gzip")),
        ("gzip", "none", Some("gzip")),
        ("gzip", "", Some("gzip")),
        ("gzip", "cross-site", None),
        ("gzip", "same-site", None),
        ("gzip;q=0", "none", None),
        ("identity;q=0, *;q=0", "none", None),
    ] {
        let answer = get(page, accepted, site).await;
        assert_eq!(coding(&answer), expect, "{accepted}, {site}");
        if expect.is_some() {
            assert!(answer.body.len() * 4 < whole.body.len(), "{}", answer.body.len());
        }
    }
    let asset = |name: &str| format!("/console/assets/{name}");
    for (name, expect) in
        [("console.css", Some("gzip")), ("console.js", Some("gzip")), ("inter-latin.woff2", None)]
    {
        assert_eq!(coding(&get(&asset(name), "gzip", "same-origin").await), expect, "{name}");
    }
}

#[tokio::test]
async fn steps_of_a_test_are_not_held_back() {
    let server = Server::sqlite().await;
    fetched(&server).await;
    let mut ada = Visitor::signed_in(&server, &Role::ALL).await;
    let one = format!("/console/connectors/{ID}");
    let page = ada.get(&one).await.expect(200);
    let token = between(page.text(), "name=\"form_token\" value=\"", "\"");
    let call = server.call("POST", &format!("{one}/test/steps")).header("cookie", &ada.cookie());
    let call = call.header("content-type", "application/x-www-form-urlencoded");
    let call = call.header("accept-encoding", "gzip");
    let answer = call.bytes(format!("form_token={token}")).send().await.expect(200);
    assert_eq!(coding(&answer), None);
}

#[tokio::test]
async fn what_forms_carry_is_never_written_the_same_way() {
    let server = Server::sqlite().await;
    let mut ada = Visitor::signed_in(&server, &Role::ALL).await;
    for path in ["/console/connectors/new", "/console/sign-in"] {
        let mut seen = Vec::new();
        for _ in 0..2 {
            let page = ada.get(path).await.expect(200);
            let token = between(page.text(), "name=\"form_token\" value=\"", "\"");
            seen.push(token.to_owned());
        }
        assert_ne!(seen[0], seen[1], "{path}");
    }
}
