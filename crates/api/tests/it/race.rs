use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::scene::{Scene, oauth, path};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn changes_of_different_properties_at_once_lose_nothing() {
    let changes = [
        ("instanceUrl", json!("https://contoso.service-now.com")),
        ("incidentApiUrl", json!("/api/now/table/incident")),
        ("authenticationMethod", oauth("abc")),
        ("serviceNowConnectionStatus", json!("enabled")),
        ("lastQueriedDateTime", json!("2020-01-01T00:00:00Z")),
    ];
    for scene in Scene::both().await {
        let empty = json!({});
        let rows = join_all((0..10).map(|_| scene.create(&empty))).await;
        let calls = rows.iter().flat_map(|id| {
            changes.iter().map(|(name, value)| {
                let call = scene.call("PATCH", &path(id)).json(&json!({*name: value}));
                tokio::spawn(call.send())
            })
        });
        for answer in join_all(calls.collect::<Vec<_>>()).await {
            answer.unwrap().expect(200);
        }
        for id in &rows {
            let shown = scene.show(id).await;
            for (name, value) in &changes {
                assert_eq!(shown[name], *value);
            }
            // Five changes within one instant of the clock.
            assert_eq!(shown["lastModifiedDateTime"], "2026-01-02T03:04:05.0000005Z");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn changes_of_one_connection_follow_each_other() {
    for scene in Scene::both().await {
        let id = scene.create(&json!({})).await;
        let calls = (0..50).map(|n: i32| {
            let body = match n % 3 {
                0 => json!({"instanceUrl": format!("https://{n}.service-now.com")}),
                1 => json!({"incidentApiUrl": format!("/api/{n}")}),
                _ => json!({"authenticationMethod": oauth(&n.to_string())}),
            };
            tokio::spawn(scene.call("PATCH", &path(&id)).json(&body).send())
        });
        let mut tags = Vec::new();
        for answer in join_all(calls.collect::<Vec<_>>()).await {
            tags.push(answer.unwrap().expect(200).header("etag").to_owned());
        }
        tags.sort_unstable();
        tags.dedup();
        assert_eq!(tags.len(), 50);
        assert_eq!(scene.show(&id).await["lastModifiedDateTime"], "2026-01-02T03:04:05.000005Z");
        let events = scene.server.store.audit_events(testkit::TENANT, 100).await.unwrap();
        assert_eq!(events.len(), 51);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_two_changes_of_the_same_version_one_wins() {
    for scene in Scene::both().await {
        let id = scene.create(&json!({})).await;
        for round in 0..10 {
            let etag = scene.get(&id).await.header("etag").to_owned();
            let calls = ["a", "b", "c"].map(|who| {
                let body = json!({"authenticationMethod": oauth(&format!("{who}{round}"))});
                let call = scene.call("PATCH", &path(&id)).header("if-match", &etag);
                tokio::spawn(call.json(&body).send())
            });
            let answers: Vec<_> =
                join_all(calls).await.into_iter().map(|answer| answer.unwrap()).collect();
            let mut statuses: Vec<_> = answers.iter().map(|answer| answer.status).collect();
            statuses.sort_unstable();
            assert_eq!(statuses, [200, 412, 412]);
            let winner = answers.iter().find(|answer| answer.status == 200).unwrap();
            assert_eq!(scene.show(&id).await, winner.json());
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_change_beside_a_deletion_happens_before_it_or_finds_nothing() {
    for scene in Scene::both().await {
        for _ in 0..15 {
            let id = scene.create(&json!({})).await;
            let change = json!({"instanceUrl": "https://x.example"});
            let calls = [
                tokio::spawn(scene.call("PATCH", &path(&id)).json(&change).send()),
                tokio::spawn(scene.call("DELETE", &path(&id)).send()),
                tokio::spawn(scene.call("DELETE", &path(&id)).send()),
                tokio::spawn(scene.call("PATCH", &path(&id)).json(&change).send()),
            ];
            let [first, one, two, second] = join_all(calls)
                .await
                .into_iter()
                .map(|answer| answer.unwrap().status)
                .collect::<Vec<_>>()
                .try_into()
                .unwrap();
            for status in [first, second] {
                assert!(matches!(status, 200 | 404), "{status}");
            }
            assert_eq!([one.min(two), one.max(two)], [204, 404]);
            scene.get(&id).await.expect(404);
        }
        assert_eq!(scene.everything().await, Value::Array(Vec::new()));
    }
}
