use serde_json::json;
use testkit::TestDatabase;
use url::Url;

use crate::issuer::Issuer;
use crate::openid::come_back;
use crate::visitor::{Visitor, between, read};

/// The place where people sign out, and the same without what is asked there.
async fn leave(issuer: &Issuer, visitor: &mut Visitor<'_>, action: &str) -> Url {
    let page = visitor.fill("/console/connectors", action, &[]).await.expect(200);
    assert!(!visitor.cookies.contains_key("nowgraph-session"));
    assert!(read(&page).contains("You are signed out here"), "{}", page.text());
    let way = between(page.text(), "content=\"0;url=", "\"").replace("&#38;", "&");
    assert!(way.starts_with(&issuer.url), "{way}");
    way.parse().unwrap()
}

#[tokio::test]
async fn whom_an_issuer_vouches_for_is_signed_out_there_too() {
    let (issuer, server) = Issuer::with_server(TestDatabase::sqlite()).await;
    let place = json!({ "end_session_endpoint": format!("{}/bye?realm=a&b=\"", issuer.url) });
    issuer.change(|script| script.document = place);
    let mut ada = Visitor::new(&server);
    for action in ["/console/sign-out", "/console/sign-out-everywhere"] {
        come_back((&issuer, &server), &mut ada, &json!({})).await.expect(303);
        let kept = ada.cookies.clone();
        let way = leave(&issuer, &mut ada, action).await;
        let asked: Vec<_> = way.query_pairs().collect();
        let back = "http://127.0.0.1:8080/console/signed-out";
        for pair in
            [("realm", "a"), ("client_id", "the console"), ("post_logout_redirect_uri", back)]
        {
            assert!(asked.contains(&(pair.0.into(), pair.1.into())), "{way}");
        }
        let back = ada.get("/console/signed-out").await.expect(303);
        assert!(read(&ada.get(back.header("location")).await).contains("You are signed out."));
        ada.cookies = kept;
        ada.get("/console/connectors").await.expect(303);
    }
}

#[tokio::test]
async fn an_issuer_without_a_place_to_sign_out_is_left_alone() {
    let (issuer, server) = Issuer::with_server(TestDatabase::sqlite()).await;
    let mut ada = Visitor::new(&server);
    come_back((&issuer, &server), &mut ada, &json!({})).await.expect(303);
    let gone = ada.fill("/console/connectors", "/console/sign-out", &[]).await.expect(303);
    assert_eq!(gone.header("location"), "/console/sign-in?done=signed-out");
    for place in ["http://169.254.169.254/bye", "javascript:alert(1)", ""] {
        let place = json!({ "end_session_endpoint": place });
        issuer.change(|script| script.document = place);
        server.clock.advance_seconds(3600);
        come_back((&issuer, &server), &mut ada, &json!({})).await.expect(303);
        let gone = ada.fill("/console/connectors", "/console/sign-out", &[]).await.expect(303);
        assert_eq!(gone.header("location"), "/console/sign-in?done=signed-out");
    }
}
