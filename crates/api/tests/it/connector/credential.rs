use model::{DirectoryRole, Permission};
use serde_json::json;

use super::{Desk, OTHER_TENANT, ROOT};

const PATH: &str = "connections/{east}/credential";

#[tokio::test]
async fn a_credential_goes_in_and_its_secrets_never_come_out() {
    for desk in Desk::both().await {
        desk.call("GET", PATH).await.send().await.error(404, "ResourceNotFound");
        let body = json!({
            "kind": "password", "clientSecret": "s3cret", "userName": "svc", "password": "pa55",
        });
        let put = desk.call("PUT", PATH).await.json(&body).send().await.expect(204);
        assert_eq!(put.body.len(), 0);
        let shown = desk.call("GET", PATH).await.send().await.expect(200);
        let expect = json!({
            "@odata.context": format!("{ROOT}/$metadata#nowgraph.credential"),
            "@odata.type": "#nowgraph.credential",
            "kind": "password",
            "userName": "svc",
            "createdDateTime": "2026-01-02T03:04:05Z",
            "renewedDateTime": null,
        });
        assert_eq!(shown.json(), expect);
        let body = json!({ "kind": "apiKey", "apiKey": "k3y" });
        desk.call("PUT", PATH).await.json(&body).send().await.expect(204);
        let shown = desk.call("GET", PATH).await.send().await.expect(200).json();
        assert_eq!((&shown["kind"], &shown["userName"]), (&json!("apiKey"), &json!(null)));
        desk.call("DELETE", PATH).await.send().await.expect(204);
        desk.call("DELETE", PATH).await.send().await.error(404, "ResourceNotFound");
        desk.call("GET", PATH).await.send().await.error(404, "ResourceNotFound");
    }
}

#[tokio::test]
async fn what_is_wrong_with_a_credential_is_named_and_not_repeated() {
    for desk in Desk::both().await {
        for (body, target) in [
            (json!({ "kind": "apiKey", "apiKey": "" }), "apiKey"),
            (json!({ "kind": "apiKey", "apiKey": "hidden", "x": "hidden" }), "x"),
            (json!({ "kind": "hidden" }), "kind"),
            (json!({ "kind": "basic", "userName": "u", "password": "hidden" }), "kind"),
            (json!({ "kind": "clientCredentials" }), "clientSecret"),
            (json!({ "kind": "password", "clientSecret": "hidden", "password": 7 }), "password"),
        ] {
            let answer = desk.call("PUT", PATH).await.json(&body).send().await;
            assert_eq!(answer.status, 400, "{body}");
            assert_eq!(answer.json()["error"]["target"], target, "{}", answer.text());
            assert!(answer.json()["error"]["message"].as_str().unwrap().contains(target));
            assert!(!answer.text().contains("hidden"), "{}", answer.text());
        }
        let list = desk.call("PUT", PATH).await.json(&json!([])).send().await;
        list.error(400, "BadRequest");
        desk.call("PUT", PATH).await.send().await.error(400, "BadRequest");
        desk.call("GET", PATH).await.send().await.error(404, "ResourceNotFound");
    }
}

#[tokio::test]
async fn writing_a_credential_takes_what_writing_a_connection_takes() {
    let read = Permission::DeviceManagementConfigurationReadAll;
    let write = Permission::DeviceManagementConfigurationReadWriteAll;
    let incidents = Permission::ServiceNowIncidentReadAll;
    for desk in Desk::both().await {
        let user = |permission, role| {
            let server = &desk.server;
            async move { server.user_token(&[permission], role).await }
        };
        let body = json!({ "kind": "apiKey", "apiKey": "k3y" });
        let path = desk.path(PATH);
        for (token, reads, writes) in [
            (user(read, &[DirectoryRole::IntuneAdministrator]).await, true, false),
            (user(write, &[]).await, true, false),
            (user(write, &[DirectoryRole::IntuneAdministrator]).await, true, true),
            (user(incidents, &[DirectoryRole::GlobalAdministrator]).await, false, false),
        ] {
            let put = desk.server.call("PUT", &path).token(&token).json(&body).send().await;
            assert_eq!(put.status, if writes { 204 } else { 403 });
            let get = desk.server.call("GET", &path).token(&token).send().await;
            assert_eq!(get.status, if reads { if writes { 200 } else { 404 } } else { 403 });
            let delete = desk.server.call("DELETE", &path).token(&token).send().await;
            assert_eq!(delete.status, if writes { 204 } else { 403 });
        }
        let foreign = desk.server.app_token(OTHER_TENANT, &[write]).await;
        let put = desk.server.call("PUT", &path).token(&foreign).json(&body).send().await;
        put.error(404, "ResourceNotFound");
        desk.server.call("PUT", &path).json(&body).send().await.expect(401);
    }
}
