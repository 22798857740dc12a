use insta::{allow_duplicates, assert_snapshot};
use serde_json::json;

use crate::scene::{Scene, path};
use crate::shown::shown;

#[tokio::test]
async fn what_is_deleted_is_gone() {
    for scene in Scene::both().await {
        let (id, other) = (scene.create(&json!({})).await, scene.create(&json!({})).await);
        let answer = scene.delete(&id).await;
        allow_duplicates! { assert_snapshot!(shown(&answer), @r##"
        204
        cache-control: no-cache
        client-request-id: <guid>
        content-length: 0
        odata-version: 4.0
        request-id: <guid>
        vary: odata-maxversion
        x-ms-ags-diagnostic: {"ServerInfo":{"DataCenter":"nowgraph","Slice":"E","Ring":"4","ScaleUnit":"000","RoleInstance":"0"}}
        "##); }
        scene.get(&id).await.error(404, "ResourceNotFound");
        scene.delete(&id).await.error(404, "ResourceNotFound");
        scene.patch(&id, &json!({})).await.error(404, "ResourceNotFound");
        scene.show(&other).await;
    }
}

#[tokio::test]
async fn a_stale_etag_keeps_it() {
    for scene in Scene::both().await {
        let id = scene.create(&json!({})).await;
        let stale = scene.get(&id).await.header("etag").to_owned();
        scene.patch(&id, &json!({"serviceNowConnectionStatus": "enabled"})).await.expect(200);
        let delete = |tag: &str| scene.call("DELETE", &path(&id)).header("if-match", tag).send();
        let before = scene.everything().await;
        delete(&stale).await.error(412, "PreconditionFailed");
        delete("nonsense").await.error(400, "BadRequest");
        assert_eq!(scene.everything().await, before);
        let current = scene.get(&id).await.header("etag").to_owned();
        delete(&format!("{stale}, {current}")).await.expect(204);
        delete("*").await.error(404, "ResourceNotFound");
    }
}
