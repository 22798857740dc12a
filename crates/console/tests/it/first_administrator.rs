use testkit::{Server, TENANT};

use crate::visitor::{PASSWORD, Visitor, between, read};

#[tokio::test]
async fn the_first_account_is_made_once() {
    for server in Server::both().await {
        let first = server.console.first_administrator().await.unwrap().unwrap();
        let second = server.console.first_administrator().await.unwrap().unwrap();
        let mut ada = Visitor::new(&server);
        ada.get(&first.replace("link=", "link=A")).await.expect(404);
        let page = ada.get(&first).await.expect(200);
        let link = between(page.text(), "name=\"link\" value=\"", "\"").to_owned();
        let tenant = TENANT.to_string();
        let send = |name: &'static str, password: &'static str, tenant: String| {
            [
                ("link", link.clone()),
                ("user_name", name.to_owned()),
                ("password", password.to_owned()),
                ("tenant", tenant),
            ]
        };
        let action = "/console/first-administrator";

        let wrong = send("a b", "short", "x".to_owned());
        let wrong = wrong.each_ref().map(|(name, value)| (*name, value.as_str()));
        let page = ada.fill(&first, action, &wrong).await.expect(422);
        for expect in [
            "A user name has no blanks",
            "A password has at least 12 characters.",
            "Enter the GUID of a tenant",
        ] {
            assert_eq!(page.text().matches(expect).count(), 2, "in the summary and at the field");
        }
        assert!(page.text().contains(r#"value="a b""#));

        let right = send("ada@contoso.example", PASSWORD, tenant);
        let right = right.each_ref().map(|(name, value)| (*name, value.as_str()));
        let made = ada.fill(&first, action, &right).await.expect(303);
        assert_eq!(made.header("location"), "/console/sign-in?done=first-administrator");
        assert!(read(&ada.get(made.header("location")).await).contains("The account is made."));
        for link in [&first, &second] {
            ada.get(link).await.expect(404);
        }
        assert_eq!(server.console.first_administrator().await.unwrap(), None);
        ada.sign_in("ada@contoso.example", PASSWORD).await.expect(303);
        ada.get("/console/connectors/new").await.expect(200);
    }
}

#[tokio::test]
async fn a_link_is_good_for_half_a_day() {
    let server = Server::sqlite().await;
    let link = server.console.first_administrator().await.unwrap().unwrap();
    server.clock.advance_seconds(12 * 3600 - 1);
    Visitor::new(&server).get(&link).await.expect(200);
    server.clock.advance_seconds(1);
    Visitor::new(&server).get(&link).await.expect(404);
}
