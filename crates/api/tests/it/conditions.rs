//! `If-Match` and `If-None-Match` of resources without an ETag; `etag` is about connections.

use serde_json::{Value, json};
use testkit::{Answer, CONNECTIONS};

use crate::scene::Scene;

const ANY: &str = "*";
const OTHER: &str = "W/\"9\"";

/// A header, and the status of a read that has a body without it.
const OF_READS: [(&str, &str, u16); 8] = [
    ("if-match", ANY, 200),
    ("if-match", OTHER, 412),
    ("if-match", "9", 400),
    ("if-none-match", ANY, 304),
    ("if-none-match", OTHER, 200),
    ("if-none-match", "\"9\", W/\"10\"", 200),
    ("if-none-match", "9", 400),
    ("if-none-match", "", 400),
];

/// A header, and whether it lets something pass that has no representation.
const OF_NOTHING: [(&str, &str, bool); 4] = [
    ("if-match", ANY, false),
    ("if-match", OTHER, false),
    ("if-none-match", ANY, true),
    ("if-none-match", OTHER, true),
];

/// A scene with a connection that has an address and a credential, and its id.
async fn both() -> Vec<(Scene, String)> {
    let mut scenes = Vec::new();
    for scene in Scene::both().await {
        let id = scene.create(&json!({"instanceUrl": "https://a.service-now.com"})).await;
        credential(&scene, "PUT", &id, None).await.expect(204);
        scenes.push((scene, id));
    }
    scenes
}

async fn credential(scene: &Scene, method: &str, id: &str, header: Option<(&str, &str)>) -> Answer {
    let call = scene.call(method, &format!("/connector/v1/connections/{id}/credential"));
    let call = call.json(&json!({"kind": "apiKey", "apiKey": "k3y"}));
    let call = match header {
        Some((name, value)) => call.header(name, value),
        None => call,
    };
    call.send().await
}

#[tokio::test]
async fn reads_without_an_etag_keep_their_conditions() {
    for (scene, id) in both().await {
        for path in [
            "/beta".to_owned(),
            "/beta/$metadata".to_owned(),
            "/beta/deviceManagement".to_owned(),
            "/beta/deviceManagement/id".to_owned(),
            CONNECTIONS.to_owned(),
            format!("{CONNECTIONS}?$filter=id%20eq%20null"),
            format!("{CONNECTIONS}/$count"),
            format!("{CONNECTIONS}/{id}/instanceUrl"),
            format!("{CONNECTIONS}/{id}/instanceUrl/$value"),
            format!("{CONNECTIONS}/{id}/$ref"),
            "/connector/v1/connections/$count".to_owned(),
            "/connector/v1/connections".to_owned(),
            format!("/connector/v1/connections/{id}"),
            format!("/connector/v1/connections/{id}/runs"),
            format!("/connector/v1/connections/{id}/health"),
            format!("/connector/v1/connections/{id}/credential"),
        ] {
            for (name, value, status) in OF_READS {
                for method in ["GET", "HEAD"] {
                    let answer = scene.call(method, &path).header(name, value).send().await;
                    assert_eq!(answer.status, status, "{method} {path} {name}: {value}");
                    assert_eq!(answer.header("etag"), "", "{path}");
                    if status == 304 {
                        assert_eq!(answer.body.len(), 0, "{path}");
                        assert!(!answer.headers.contains_key("content-type"), "{path}");
                        let mut vary = answer.headers.get_all("vary").iter();
                        assert!(vary.any(|it| it == "odata-maxversion"), "{method} {path}");
                    }
                }
            }
        }
    }
}

#[tokio::test]
async fn a_value_that_is_null_is_not_there() {
    for (scene, id) in both().await {
        for path in ["incidentApiUrl", "incidentApiUrl/$value", "authenticationMethod"] {
            for (name, value, passes) in OF_NOTHING {
                let path = format!("{CONNECTIONS}/{id}/{path}");
                let answer = scene.call("GET", &path).header(name, value).send().await;
                assert_eq!(answer.status, if passes { 204 } else { 412 }, "{path} {name}: {value}");
            }
        }
    }
}

#[tokio::test]
async fn conditions_mean_nothing_where_there_is_no_success() {
    for (scene, id) in both().await {
        let none = "00000000-0000-0000-0000-000000000000";
        for (method, path, status) in [
            ("GET", format!("{CONNECTIONS}/{none}"), 404),
            ("GET", format!("{CONNECTIONS}/{none}/instanceUrl"), 404),
            ("GET", format!("{CONNECTIONS}?$filter=a"), 400),
            ("PUT", format!("{CONNECTIONS}/{id}"), 405),
            ("PATCH", format!("{CONNECTIONS}/{none}"), 404),
            ("DELETE", format!("{CONNECTIONS}/{none}"), 404),
            ("GET", format!("/connector/v1/connections/{none}/credential"), 404),
            ("PUT", format!("/connector/v1/connections/{none}/credential"), 404),
            ("DELETE", format!("/connector/v1/connections/{none}/credential"), 404),
            ("POST", format!("/connector/v1/connections/{none}/sync"), 404),
            ("POST", format!("/connector/v1/connections/{none}/test"), 404),
            ("OPTIONS", CONNECTIONS.to_owned(), 200),
        ] {
            let body = if path.ends_with("credential") {
                json!({"kind": "apiKey", "apiKey": "k3y"})
            } else {
                json!({})
            };
            for (name, value) in [("if-match", ANY), ("if-match", OTHER), ("if-none-match", ANY)] {
                let call = scene.call(method, &path).json(&body).header(name, value);
                let answer = call.send().await;
                assert_eq!(answer.status, status, "{method} {path} {name}: {value}");
            }
        }
    }
}

#[tokio::test]
async fn a_collection_takes_what_its_conditions_let_pass() {
    for scene in Scene::both().await {
        let mut created = 0;
        for (name, value, status) in [
            ("if-match", ANY, 201),
            ("if-match", OTHER, 412),
            ("if-match", "9", 400),
            ("if-none-match", ANY, 412),
            ("if-none-match", OTHER, 201),
        ] {
            let call = scene.call("POST", CONNECTIONS).json(&json!({})).header(name, value);
            assert_eq!(call.send().await.status, status, "{name}: {value}");
            created += usize::from(status == 201);
            assert_eq!(scene.everything().await.as_array().unwrap().len(), created);
        }
    }
}

#[tokio::test]
async fn calls_that_cannot_be_read_have_no_representation() {
    for (scene, id) in both().await {
        for (name, value, passes) in OF_NOTHING {
            for (call, done) in [("test", 200), ("sync", 202)] {
                let path = format!("/connector/v1/connections/{id}/{call}");
                let answer = scene.call("POST", &path).header(name, value).send().await;
                let expect = if passes { done } else { 412 };
                assert_eq!(answer.status, expect, "{call} {name}: {value}");
            }
        }
    }
}

#[tokio::test]
async fn a_credential_is_set_and_deleted_under_conditions() {
    for (scene, id) in both().await {
        for (name, value, where_there_is_one, where_there_is_none) in [
            ("if-match", ANY, 204, 412),
            ("if-match", OTHER, 412, 412),
            ("if-none-match", ANY, 412, 204),
            ("if-none-match", OTHER, 204, 204),
        ] {
            let header = Some((name, value));
            let put = credential(&scene, "PUT", &id, header).await;
            assert_eq!(put.status, where_there_is_one, "PUT {name}: {value}");
            let deleted = credential(&scene, "DELETE", &id, header).await;
            assert_eq!(deleted.status, where_there_is_one, "DELETE {name}: {value}");
            let left = credential(&scene, "GET", &id, None).await.status;
            assert_eq!(left, if where_there_is_one == 204 { 404 } else { 200 });
            if left == 200 {
                credential(&scene, "DELETE", &id, None).await.expect(204);
            }
            let gone = credential(&scene, "DELETE", &id, header).await;
            assert_eq!(gone.status, 404, "DELETE of nothing {name}: {value}");
            let put = credential(&scene, "PUT", &id, header).await;
            assert_eq!(put.status, where_there_is_none, "PUT of nothing {name}: {value}");
            let left = credential(&scene, "GET", &id, None).await.status;
            assert_eq!(left, if where_there_is_none == 204 { 200 } else { 404 });
            credential(&scene, "PUT", &id, None).await.expect(204);
        }
    }
}

#[tokio::test]
async fn a_batch_has_no_conditions_and_its_items_have() {
    let scene = Scene::sqlite().await;
    let item = |id: &str, method: &str, name: &str, value: &str| -> Value {
        let headers = json!({ name: value, "Content-Type": "application/json" });
        let url = "/deviceManagement/serviceNowConnections";
        let body = if method == "POST" { json!({}) } else { Value::Null };
        json!({"id": id, "method": method, "url": url, "headers": headers, "body": body})
    };
    let requests = json!({"requests": [
        item("1", "GET", "If-None-Match", ANY),
        item("2", "GET", "If-Match", OTHER),
        item("3", "POST", "if-none-match", ANY),
        item("4", "POST", "if-match", ANY),
    ]});
    let answer = scene.call("POST", "/beta/$batch").json(&requests).send().await.expect(200).json();
    let answers = answer["responses"].as_array().unwrap();
    let statuses: Vec<_> = answers.iter().map(|answer| answer["status"].clone()).collect();
    assert_eq!(statuses, [304, 412, 412, 201]);
    for name in ["If-Match", "If-None-Match"] {
        for value in [ANY, OTHER] {
            let call = scene.call("POST", "/beta/$batch").json(&requests);
            let answer = call.header(&name.to_lowercase(), value).send().await;
            let message = answer.error(400, "BadRequest");
            assert!(message.contains(&format!("The {name} header")), "{message}");
        }
    }
    assert_eq!(scene.everything().await.as_array().unwrap().len(), 1);
}
