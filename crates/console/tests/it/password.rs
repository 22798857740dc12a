use model::Role;
use testkit::Server;

use crate::visitor::{PASSWORD, Visitor, account, read};

const PAGE: &str = "/console/password";
const NEW: &str = "another horse battery";

#[tokio::test]
async fn a_password_is_changed_by_whoever_knows_it() {
    for server in Server::both().await {
        account(&server, "ada", &[Role::Auditor]).await;
        let mut browsers = [(); 2].map(|()| Visitor::new(&server));
        for browser in &mut browsers {
            browser.sign_in("ada", PASSWORD).await.expect(303);
        }
        let [ada, elsewhere] = &mut browsers;
        for (known, new, again, expect) in [
            ("wrong", NEW, NEW, "This is not your present password."),
            (PASSWORD, "short", "short", "A password has at least 12 characters."),
            (PASSWORD, NEW, PASSWORD, "This is not the same as the new password."),
        ] {
            let fields = [("known", known), ("new", new), ("again", again)];
            let page = ada.fill(PAGE, PAGE, &fields).await.expect(422);
            assert_eq!(page.text().matches(expect).count(), 2, "{expect}");
            assert!(!page.text().contains(NEW));
        }
        elsewhere.get("/console/audit").await.expect(200);
        let fields = [("known", PASSWORD), ("new", NEW), ("again", NEW)];
        let done = ada.fill(PAGE, PAGE, &fields).await.expect(303);
        let text = read(&ada.get(done.header("location")).await);
        assert!(text.contains("Your password is changed."), "{text}");
        elsewhere.get("/console/audit").await.expect(303);
        ada.sign_in("ada", PASSWORD).await.expect(422);
        ada.sign_in("ada", NEW).await.expect(303);
    }
}

#[tokio::test]
async fn guesses_of_the_present_password_are_slowed_down() {
    let server = Server::sqlite().await;
    account(&server, "ada", &[Role::Auditor]).await;
    let mut ada = Visitor::new(&server);
    ada.sign_in("ada", PASSWORD).await.expect(303);
    let fields = [("known", "wrong"), ("new", NEW), ("again", NEW)];
    for _ in 0..10 {
        ada.fill(PAGE, PAGE, &fields).await.expect(422);
    }
    let page = ada.fill(PAGE, PAGE, &fields).await.expect(429);
    assert!(read(&page).contains("Try again in 30 seconds."));
}
