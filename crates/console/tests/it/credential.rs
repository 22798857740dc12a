use model::{CredentialKind, Role};
use testkit::{Server, TENANT};

use crate::connectors::add;
use crate::visitor::{Visitor, read};

#[tokio::test]
async fn secrets_go_in_and_never_come_out() {
    for server in Server::both().await {
        let mut admin = Visitor::signed_in(&server, &[Role::ConnectorAdministrator]).await;
        let one = add(&mut admin).await;
        let page = format!("{one}/credential");
        let fields = [
            ("kind", "password"),
            ("clientSecret", "s3cr3t"),
            ("userName", "svc"),
            ("password", ""),
        ];
        let shown = format!("{page}?kind=password");
        let wrong = admin.fill(&shown, &page, &fields).await.expect(422);
        assert_eq!(wrong.text().matches("Password must not be empty.").count(), 2);
        assert!(wrong.text().contains(r#"name="userName" value="svc""#));
        assert!(!wrong.text().contains("s3cr3t"));

        let fields = [&fields[..3], &[("password", "hunter two")]].concat();
        let set = admin.fill(&shown, &page, &fields).await.expect(303);
        assert_eq!(set.header("location"), format!("{one}?done=credential"));
        let id = one.rsplit('/').next().unwrap().parse().unwrap();
        let kept = server.store.describe_credential(TENANT, id).await.unwrap().unwrap();
        assert_eq!(kept.kind, CredentialKind::Password);
        let text = read(&admin.get(&one).await);
        assert!(text.contains("Kind OAuth: user name and password User svc Set"), "{text}");

        admin.fill(&one, &format!("{one}/credential/delete"), &[]).await.expect(303);
        assert_eq!(server.store.describe_credential(TENANT, id).await.unwrap(), None);
    }
}

#[tokio::test]
async fn kinds_that_are_not_allowed_are_not_offered() {
    let server = Server::sqlite().await;
    let mut admin = Visitor::signed_in(&server, &[Role::ConnectorAdministrator]).await;
    let page = format!("{}/credential", add(&mut admin).await);
    let shown = admin.get(&page).await.expect(200);
    assert!(!shown.text().contains("Basic"));
    for kind in ["basic", "nix", ""] {
        let fields = [("kind", kind), ("userName", "u"), ("password", "p")];
        admin.fill(&page, &page, &fields).await.expect(404);
    }
}
