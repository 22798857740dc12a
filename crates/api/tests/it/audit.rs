use model::{Activity, Permission};
use serde_json::json;
use store::AuditRecord;
use testkit::TENANT;

use crate::scene::{Scene, oauth, path};

async fn events(scene: &Scene) -> Vec<AuditRecord> {
    scene.server.store.audit_events(TENANT, 100).await.expect("the log is readable")
}

#[tokio::test]
async fn every_change_is_recorded_with_who_when_and_what() {
    for scene in Scene::both().await {
        let id = scene.create(&json!({})).await;
        scene.server.clock.advance_seconds(1);
        let body = json!({
            "instanceUrl": "https://x.example",
            "serviceNowConnectionStatus": "enabled",
            "authenticationMethod": oauth("a"),
            "incidentApiUrl": null
        });
        scene.patch(&id, &body).await.expect(200);
        scene.server.clock.advance_seconds(1);
        scene.delete(&id).await.expect(204);
        let events = events(&scene).await;
        let shown: Vec<_> = events
            .iter()
            .map(|event| {
                assert_eq!(event.connection.unwrap().to_string(), id);
                assert!(!event.actor.is_empty() && !event.application.is_empty());
                (event.activity, event.changed.join(" "))
            })
            .collect();
        let changed = "instanceUrl authenticationMethod serviceNowConnectionStatus";
        let expect = [
            (Activity::Delete, changed.to_owned()),
            (Activity::Update, changed.to_owned()),
            (Activity::Create, String::new()),
        ];
        assert_eq!(shown, expect);
        assert!(events.iter().rev().map(|event| event.occurred).is_sorted());
    }
}

#[tokio::test]
async fn a_user_is_recorded_by_name() {
    for scene in Scene::both().await {
        let permissions = [Permission::DeviceManagementConfigurationReadWriteAll];
        let roles = [model::DirectoryRole::IntuneAdministrator];
        let token = scene.server.user_token(&permissions, &roles).await;
        let id = scene.create(&json!({})).await;
        let call = scene.server.call("DELETE", &path(&id)).token(&token);
        call.send().await.expect(204);
        let events = events(&scene).await;
        assert!(events.iter().any(|event| event.actor == "ada@contoso.example"), "{events:?}");
    }
}

#[tokio::test]
async fn what_changes_nothing_leaves_no_record() {
    for scene in Scene::both().await {
        let id = scene.create(&json!({"instanceUrl": "https://x.example"})).await;
        scene.patch(&id, &json!({})).await.expect(200);
        scene.patch(&id, &json!({"instanceUrl": "https://x.example"})).await.expect(200);
        scene
            .patch(&id, &json!({"serviceNowConnectionStatus": "unknownFutureValue"}))
            .await
            .expect(200);
        scene.patch(&id, &json!({"instanceUrl": "nonsense"})).await.expect(400);
        scene.patch("33333333-3333-3333-3333-333333333333", &json!({})).await.expect(404);
        scene.delete("33333333-3333-3333-3333-333333333333").await.expect(404);
        let stale = scene.call("DELETE", &path(&id)).header("if-match", "W/\"x\"");
        stale.send().await.expect(412);
        scene.post(&json!({"colour": 1})).await.expect(400);
        scene.show(&id).await;
        assert_eq!(events(&scene).await.len(), 1);
    }
}
