use model::{LastQueried, QueriedBy, Timestamp};
use serde_json::{Value, json};
use store::{Decision, UpdateError};
use testkit::TENANT;

use crate::scene::Scene;

#[tokio::test]
async fn dates_are_kept_at_a_hundred_nanoseconds_in_utc_over_the_whole_range() {
    let cases = [
        ("2017-01-01T00:00:30.0527314-08:00", "2017-01-01T08:00:30.0527314Z"),
        ("2017-01-01T00:00:30+00:00", "2017-01-01T00:00:30Z"),
        ("2017-01-01T00:00:30.100Z", "2017-01-01T00:00:30.1Z"),
        ("2017-01-01T00:00Z", "2017-01-01T00:00:00Z"),
        ("2017-01-01T00:00:30.12345678912Z", "2017-01-01T00:00:30.1234567Z"),
        ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"),
        ("0001-01-01T00:00:00.0000001Z", "0001-01-01T00:00:00.0000001Z"),
        ("9999-12-31T23:59:59.9999999Z", "9999-12-31T23:59:59.9999999Z"),
        ("2024-02-29T00:00:00+14:00", "2024-02-28T10:00:00Z"),
        ("2000-02-29T23:59:59-14:00", "2000-03-01T13:59:59Z"),
        ("1582-10-10T00:00:00Z", "1582-10-10T00:00:00Z"),
    ];
    for scene in Scene::both().await {
        let id = scene.create(&json!({})).await;
        for (written, expect) in cases {
            scene.patch(&id, &json!({"lastQueriedDateTime": null})).await.expect(200);
            let body = json!({"lastQueriedDateTime": written});
            let patched = scene.patch(&id, &body).await;
            assert_eq!(patched.status, 200, "{written}: {}", patched.text());
            assert_eq!(patched.json()["lastQueriedDateTime"], expect, "{written}");
            let created = scene.post(&body).await.expect(201).json();
            assert_eq!(created["lastQueriedDateTime"], expect, "{written}");
        }
        for row in scene.everything().await.as_array().unwrap() {
            for name in ["createdDateTime", "lastModifiedDateTime"] {
                assert!(row[name].as_str().unwrap().ends_with('Z'), "{row}");
            }
        }
    }
}

#[tokio::test]
async fn dates_that_do_not_exist_are_refused() {
    let cases = [
        "",
        "soon",
        "2017-01-01",
        "2017-01-01T00:00:00",
        "2017-01-01 00:00:00Z",
        "20170101T000000Z",
        "2023-02-29T00:00:00Z",
        "2024-02-30T00:00:00Z",
        "2024-04-31T00:00:00Z",
        "2024-13-01T00:00:00Z",
        "2024-00-01T00:00:00Z",
        "2024-01-00T00:00:00Z",
        "2024-01-01T24:00:00Z",
        "2024-01-01T24:00:01Z",
        "2024-01-01T00:60:00Z",
        "2016-12-31T23:59:60Z",
        "2024-01-01T00:00:00-99:99",
        "2024-01-01T00:00:00+99:00",
        "2024-01-01T00:00:00+0100",
        "2024-01-01T00:00:00.Z",
        "10000-01-01T00:00:00Z",
        "+10000-01-01T00:00:00Z",
        "0000-01-01T00:00:00Z",
        "-0001-01-01T00:00:00Z",
        "0001-01-01T00:00:00+00:01",
        "9999-12-31T23:59:59-00:01",
        "2024-01-01T00:00:00Z ",
        "2024-01-01T00:00:00Zx",
        "/Date(0)/",
        "٢٠٢٤-01-01T00:00:00Z",
        "99999999999999999999-01-01T00:00:00Z",
    ];
    for scene in Scene::both().await {
        let id = scene.create(&json!({"lastQueriedDateTime": "2017-01-01T00:00:00Z"})).await;
        let before = scene.everything().await;
        for date in cases {
            let body = json!({"lastQueriedDateTime": date});
            for answer in [scene.post(&body).await, scene.patch(&id, &body).await] {
                assert_eq!(answer.status, 400, "{date}: {}", answer.text());
                assert_eq!(answer.json()["error"]["target"], "lastQueriedDateTime", "{date}");
                answer.error(400, "BadRequest");
            }
        }
        assert_eq!(scene.everything().await, before);
    }
}

#[tokio::test]
async fn a_client_may_write_any_time_of_its_own() {
    for scene in Scene::both().await {
        let id =
            scene.create(&json!({"lastQueriedDateTime": "2020-01-01T00:00:00.1234567Z"})).await;
        let cases = [
            (json!("2020-01-01T00:00:00.123456+00:00"), json!("2020-01-01T00:00:00.1234567Z")),
            (json!("2019-01-01T00:00:00Z"), json!("2019-01-01T00:00:00Z")),
            (json!("2019-01-01T00:00:00.0000019Z"), json!("2019-01-01T00:00:00.0000019Z")),
            (json!("2019-01-01T00:00:00.000001Z"), json!("2019-01-01T00:00:00.0000019Z")),
            (json!("2021-01-01T00:00:00Z"), json!("2021-01-01T00:00:00Z")),
            (Value::Null, Value::Null),
            (json!("2018-01-01T00:00:00Z"), json!("2018-01-01T00:00:00Z")),
        ];
        for (written, expect) in cases {
            let answer = scene.patch(&id, &json!({"lastQueriedDateTime": written})).await;
            assert_eq!(answer.expect(200).json()["lastQueriedDateTime"], expect, "{written}");
        }
    }
}

#[tokio::test]
async fn a_time_that_the_connector_knows_is_not_undone() {
    for scene in Scene::both().await {
        let id = scene.create(&json!({"lastQueriedDateTime": "2020-01-01T00:00:00Z"})).await;
        queried_by_connector(&scene, &id).await;
        let known = "2026-01-02T03:04:05Z";
        let before = scene.get(&id).await;
        assert_eq!(before.json()["lastQueriedDateTime"], known);
        for older in [json!("2026-01-02T03:04:04.9Z"), json!("0001-01-01T00:00:00Z"), Value::Null] {
            let answer = scene.patch(&id, &json!({"lastQueriedDateTime": older})).await.expect(200);
            assert_eq!(answer.json(), before.json(), "{older}");
            assert_eq!(answer.header("etag"), before.header("etag"));
        }
        let body = json!({"lastQueriedDateTime": "2020-01-01T00:00:00Z", "incidentApiUrl": "/x"});
        let answer = scene.patch(&id, &body).await.expect(200).json();
        assert_eq!(
            (&answer["lastQueriedDateTime"], &answer["incidentApiUrl"]),
            (&json!(known), &json!("/x"))
        );
        for newer in ["2026-01-02T03:04:06Z", "2020-01-01T00:00:00Z"] {
            let answer = scene.patch(&id, &json!({"lastQueriedDateTime": newer})).await;
            assert_eq!(answer.expect(200).json()["lastQueriedDateTime"], newer);
        }
    }
}

/// As after a call that reached the table: the time is set, and the version stays.
async fn queried_by_connector(scene: &Scene, id: &str) {
    let at = Timestamp::from_unix(1_767_323_045, 0);
    let decide = move |stored: &model::Connection| {
        let event = model::AuditEvent {
            tenant: stored.tenant,
            occurred: at,
            actor: "connector".to_owned(),
            application: "connector".to_owned(),
            activity: model::Activity::Update,
            connection: Some(stored.id),
            changed: vec![model::Change::named("lastQueriedDateTime")],
            subject: None,
            query: None,
            rows: None,
        };
        let last_queried = Some(LastQueried { at, by: QueriedBy::Connector });
        let connection = model::Connection { last_queried, ..stored.clone() };
        Ok::<_, std::convert::Infallible>(Decision::Write { connection, event })
    };
    let id = id.parse().expect("a connection id");
    let updated = scene.server.store.update_connection(TENANT, id, decide).await;
    let _: () =
        updated.map(drop).map_err(|error: UpdateError<_>| error.to_string()).expect("written");
}
