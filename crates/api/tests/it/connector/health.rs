use serde_json::json;
use testkit::CONNECTIONS;

use super::{Desk, ROOT};

#[tokio::test]
async fn health_says_what_is_known_and_since_when() {
    for desk in Desk::both().await {
        let path = "connections/{east}/health";
        let health = desk.call("GET", path).await.send().await.expect(200).json();
        let expect = json!({
            "@odata.context": format!("{ROOT}/$metadata#nowgraph.health"),
            "@odata.type": "#nowgraph.health",
            "status": "notSetUp",
            "since": "2026-01-02T03:04:05Z",
            "lastSuccessDateTime": null,
            "lastAttemptDateTime": null,
            "reason": null,
            "notBeforeDateTime": null,
        });
        assert_eq!(health, expect);
        let status = async || {
            let health = desk.call("GET", path).await.send().await.expect(200).json();
            health["status"].as_str().unwrap().to_owned()
        };
        let body = json!({ "kind": "apiKey", "apiKey": "k3y" });
        let put = desk.call("PUT", "connections/{east}/credential").await.json(&body).send().await;
        put.expect(204);
        assert_eq!(status().await, "notVerified");
        let graph = format!("{CONNECTIONS}/{}", desk.ids[0]);
        let admin = desk.server.admin().await;
        let body = json!({ "serviceNowConnectionStatus": "disabled" });
        desk.server.call("PATCH", &graph).token(&admin).json(&body).send().await.expect(200);
        assert_eq!(status().await, "disabled");
    }
}

#[tokio::test]
async fn what_is_not_there_or_not_meant_is_refused() {
    let nobody = "connections/a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11";
    for desk in Desk::both().await {
        for (method, path) in [
            ("GET", format!("{nobody}/health")),
            ("GET", format!("{nobody}/runs")),
            ("GET", format!("{nobody}/credential")),
            ("POST", format!("{nobody}/sync")),
            ("POST", format!("{nobody}/test")),
            ("GET", "connections/x/health".to_owned()),
        ] {
            desk.call(method, &path).await.send().await.error(404, "ResourceNotFound");
        }
        for (path, allow, other) in [
            ("health", "GET, HEAD, OPTIONS", "POST"),
            ("credential", "GET, HEAD, PUT, DELETE, OPTIONS", "PATCH"),
            ("sync", "POST, OPTIONS", "GET"),
            ("test", "POST, OPTIONS", "PUT"),
            ("runs", "GET, HEAD, OPTIONS", "POST"),
        ] {
            let path = format!("connections/{{east}}/{path}");
            let options = desk.server.call("OPTIONS", &desk.path(&path)).send().await.expect(200);
            assert_eq!(options.header("allow"), allow, "{path}");
            let refused = desk.call(other, &path).await.send().await;
            refused.error(405, "MethodNotAllowed");
        }
        let head = desk.call("HEAD", "connections/{east}/health").await.send().await.expect(200);
        assert_eq!(head.body.len(), 0);
    }
}
