use model::{Permission, TenantId};
use serde_json::json;
use testkit::{CONNECTIONS, Server};
use uuid::Uuid;

use crate::given;

#[tokio::test]
async fn tenants_do_not_meet() {
    for server in Server::both().await {
        let admin = server.admin().await;
        let other = TenantId::from_uuid(Uuid::from_u128(2));
        let write = [Permission::DeviceManagementConfigurationReadWriteAll];
        let stranger = server.app_token(other, &write).await;
        let one = given::connection(&server, &admin).await;
        given::connection(&server, &admin).await;
        let before = server.call("GET", &one).token(&admin).send().await.expect(200).body;
        server.call("GET", &one).token(&stranger).send().await.error(404, "ResourceNotFound");
        let patch = json!({ "serviceNowConnectionStatus": "enabled" });
        let patched = server.call("PATCH", &one).token(&stranger).json(&patch).send().await;
        patched.error(404, "ResourceNotFound");
        server.call("DELETE", &one).token(&stranger).send().await.error(404, "ResourceNotFound");
        let listed = server.call("GET", CONNECTIONS).token(&stranger).send().await.expect(200);
        assert_eq!(listed.json()["value"], json!([]));
        assert_eq!(given::count(&server, &stranger).await, 0);
        let after = server.call("GET", &one).token(&admin).send().await.expect(200).body;
        assert_eq!(before, after);
        // A position in one tenant's pages is none in another's.
        let page = server.call("GET", &format!("{CONNECTIONS}?$top=1")).token(&admin).send().await;
        let next = page.expect(200).json()["@odata.nextLink"].as_str().unwrap().to_owned();
        let next = next.strip_prefix("http://127.0.0.1:8080").unwrap();
        server.call("GET", next).token(&admin).send().await.expect(200);
        server.call("GET", next).token(&stranger).send().await.error(400, "BadRequest");
        let singleton = server.call("GET", "/beta/deviceManagement").token(&stranger).send().await;
        assert_eq!(singleton.expect(200).json()["id"], other.to_string());
    }
}
