use model::{Permission, TenantId};
use serde_json::{Value, json};
use testkit::CONNECTIONS;
use uuid::Uuid;

use crate::scene::{Scene, path, query};

const OTHER: TenantId = TenantId::from_uuid(Uuid::from_u128(0x99));

async fn stranger(scene: &Scene) -> String {
    let permissions = [Permission::DeviceManagementConfigurationReadWriteAll];
    scene.server.app_token(OTHER, &permissions).await
}

#[tokio::test]
async fn no_operation_reaches_another_tenant() {
    for scene in Scene::both().await {
        let id = scene.create(&json!({"instanceUrl": "https://x.example"})).await;
        let before = scene.show(&id).await;
        let stranger = stranger(&scene).await;
        let body = json!({"instanceUrl": null});
        for method in ["GET", "HEAD", "PATCH", "DELETE"] {
            let call = scene.server.call(method, &path(&id)).token(&stranger).json(&body);
            call.send().await.expect(404);
            let call = scene.server.call(method, &path(&id)).token(&stranger).json(&body);
            call.header("if-match", "*").send().await.expect(404);
        }
        let get = |path: String| scene.server.call("GET", &path).token(&stranger).send();
        assert_eq!(get(CONNECTIONS.to_owned()).await.expect(200).json()["value"], json!([]));
        let filters = ["true", "id ne 'x' or true", "not false", "instanceUrl ne null"];
        for filter in filters {
            let query = query(&[("$filter", filter), ("$count", "true")]);
            let page = get(format!("{CONNECTIONS}{query}")).await.expect(200).json();
            assert_eq!((&page["value"], &page["@odata.count"]), (&json!([]), &json!(0)));
        }
        assert_eq!(get(format!("{CONNECTIONS}/$count")).await.expect(200).text(), "0");
        let root = get("/beta/deviceManagement".to_owned()).await.expect(200).json();
        assert_eq!(root["id"], OTHER.to_string());
        assert_eq!(scene.show(&id).await, before);
    }
}

#[tokio::test]
async fn a_skip_token_is_worth_nothing_in_another_tenant() {
    for scene in Scene::both().await {
        let stranger = stranger(&scene).await;
        for _ in 0..2 {
            scene.create(&json!({})).await;
            let call = scene.server.call("POST", CONNECTIONS).token(&stranger);
            call.json(&json!({})).send().await.expect(201);
        }
        let page = scene.list(&[("$top", "1")]).await.expect(200);
        let next = Scene::next(&page).unwrap();
        let call = scene.server.call("GET", &next).token(&stranger);
        call.send().await.error(400, "BadRequest");
        scene.call("GET", &next).send().await.expect(200);
    }
}

#[tokio::test]
async fn what_a_tenant_deletes_and_records_is_its_own() {
    for scene in Scene::both().await {
        let stranger = stranger(&scene).await;
        let call = scene.server.call("POST", CONNECTIONS).token(&stranger);
        let theirs: Value = call.json(&json!({})).send().await.expect(201).json();
        let id = theirs["id"].as_str().unwrap();
        scene.delete(id).await.error(404, "ResourceNotFound");
        assert_eq!(scene.server.store.audit_events(testkit::TENANT, 10).await.unwrap(), []);
        assert_eq!(scene.server.store.audit_events(OTHER, 10).await.unwrap().len(), 1);
        let call = scene.server.call("DELETE", &path(id)).token(&stranger);
        call.send().await.expect(204);
    }
}
