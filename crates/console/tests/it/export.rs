use model::Role;
use testkit::Server;

use crate::connectors::{FIELDS, add};
use crate::visitor::Visitor;

#[tokio::test]
async fn what_is_exported_makes_the_same_connection_again() {
    for server in Server::both().await {
        let mut admin = Visitor::signed_in(&server, &[Role::ConnectorAdministrator]).await;
        let one = add(&mut admin).await;
        let file = admin.get(&format!("{one}/connection.json")).await.expect(200);
        assert_eq!(
            file.header("content-disposition"),
            "attachment; filename=\"servicenow-connection.json\""
        );
        let token = server.admin().await;
        let path = "/beta/deviceManagement/serviceNowConnections";
        let again = server.call("POST", path).token(&token).json(&file.json()).send().await;
        let again = again.expect(201).json();
        let id = one.rsplit('/').next().unwrap();
        let first = server.call("GET", &format!("{path}/{id}")).token(&token).send().await;
        let first = first.expect(200).json();
        for name in ["instanceUrl", "incidentApiUrl", "authenticationMethod"] {
            assert_eq!(again[name], first[name], "{name}");
        }
        assert_eq!(again["serviceNowConnectionStatus"], "disabled");
    }
}

#[tokio::test]
async fn terraform_is_told_what_is_there_and_where() {
    let server = Server::sqlite().await;
    let mut admin = Visitor::signed_in(&server, &[Role::ConnectorAdministrator]).await;
    let one = add(&mut admin).await;
    let id = one.rsplit('/').next().unwrap();
    let file = admin.get(&format!("{one}/connection.tf")).await.expect(200);
    let text = file.text();
    for expect in [
        format!("id = \"deviceManagement/serviceNowConnections/{id}?api-version=beta\""),
        "instanceUrl                = \"https://contoso.service-now.com\"".to_owned(),
        "\"@odata.type\" = \"#microsoft.graph.serviceNowOauthSecretAuthentication\"".to_owned(),
        format!("appId         = \"{}\"", FIELDS[2].1),
        "serviceNowConnectionStatus = \"disabled\"".to_owned(),
    ] {
        assert!(text.contains(&expect), "{expect} in {text}");
    }
    assert_eq!(text.matches('{').count(), text.matches('}').count());
}

#[tokio::test]
async fn who_may_see_a_connection_may_export_it() {
    let server = Server::sqlite().await;
    let mut admin = Visitor::signed_in(&server, &[Role::ConnectorAdministrator]).await;
    let one = add(&mut admin).await;
    for (role, status) in [(Role::Auditor, 200), (Role::IncidentViewer, 403)] {
        let mut somebody = Visitor::signed_in(&server, &[role]).await;
        for name in ["connection.json", "connection.tf"] {
            somebody.get(&format!("{one}/{name}")).await.expect(status);
        }
    }
}
