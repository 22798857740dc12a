use model::Role;
use testkit::Server;

use crate::connectors::FIELDS;
use crate::visitor::{Visitor, account};

/// Nothing of it may act anywhere.
const MARKUP: &str = "\"'><script>alert(1)</script><img src=x onerror=alert(2)>";

#[tokio::test]
async fn what_is_typed_stays_text() {
    let server = Server::sqlite().await;
    let mut admin = Visitor::signed_in(&server, &[Role::ConnectorAdministrator]).await;
    let new = "/console/connectors/new";
    let given = FIELDS.map(|(name, _)| (name, MARKUP));
    let page = admin.fill(new, new, &given).await.expect(422);
    assert!(!page.text().contains("<script>alert"), "{}", page.text());
    assert!(!page.text().contains("<img"), "{}", page.text());
    let sign_in = format!("/console/sign-in?next={}", "%22%3E%3Cscript%3Ealert(1)%3C/script%3E");
    let page = Visitor::new(&server).get(&sign_in).await.expect(200);
    assert!(!page.text().contains("<script>alert"), "{}", page.text());
}

#[tokio::test]
async fn a_name_may_have_markup() {
    let server = Server::sqlite().await;
    account(&server, "<b>ada</b>&amp;", &Role::ALL).await;
    let mut ada = Visitor::new(&server);
    ada.sign_in("<b>ada</b>&amp;", crate::visitor::PASSWORD).await.expect(303);
    let page = ada.get("/console/connectors").await.expect(200);
    assert!(
        page.text().contains("<bdi>&#60;b&#62;ada&#60;/b&#62;&#38;amp;</bdi>"),
        "{}",
        page.text()
    );
}
