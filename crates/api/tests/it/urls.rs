//! Which URLs are taken, and that they come back as they were written.

use serde_json::{Value, json};
use testkit::{Server, Setup, TestDatabase};

use crate::scene::Scene;

#[tokio::test]
async fn urls_come_back_byte_for_byte() {
    let cases = [
        ("https://contoso.service-now.com", "/api/now/table/incident"),
        ("https://contoso.service-now.com", "api/now/table/incident"),
        ("https://example.com/instanceUrl/", "https://example.com/incidentApiUrl/"),
        ("HTTPS://Contoso.Service-Now.COM:443", "https://contoso.service-now.com/x"),
        ("https://contoso.service-now.com:8443/", "https://contoso.service-now.com:8443"),
        ("https://[2001:db8::1]/", "/a//b/%2f/./é"),
        ("https://münchen.example", "a/b:c"),
        ("https://10.0.0.1", "/..a/b../..."),
        ("https://contoso.service-now.com./", "/"),
    ];
    for scene in Scene::both().await {
        let id = scene.create(&json!({})).await;
        for (instance, api) in cases {
            let body = json!({"instanceUrl": instance, "incidentApiUrl": api});
            for answer in [scene.post(&body).await, scene.patch(&id, &body).await] {
                assert!(answer.status < 300, "{body}: {}", answer.text());
                let answer = answer.json();
                assert_eq!(answer["instanceUrl"], instance);
                assert_eq!(answer["incidentApiUrl"], api);
            }
        }
    }
}

#[tokio::test]
async fn instance_urls_that_break_a_rule_are_refused_by_name() {
    let cases = [
        "",
        " ",
        "contoso.service-now.com",
        "//contoso.service-now.com",
        "/api",
        "https:",
        "https://",
        "https:///path",
        "https:contoso",
        "://contoso",
        "http://contoso.service-now.com",
        "http://127.0.0.1:8181",
        "ftp://contoso.example",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "https://user@contoso.example",
        "https://user:password@contoso.example",
        "https://@contoso.example",
        "https://contoso.example?x=1",
        "https://contoso.example/?",
        "https://contoso.example/#x",
        "https://contoso.example#",
        "https:\\\\contoso.example",
        "https://contoso.example\\@evil.example",
        "https://contoso .example",
        " https://contoso.example",
        "https://contoso.example/\t",
        "https://contoso.example/\u{7f}",
        "https://contoso.example/\u{a0}",
        "https://contoso.example\r\n",
        "https://contoso.example/../x",
        "https://contoso.example/..",
        "https://contoso.example/%2e%2E/x",
        "https://contoso.example/.%2e",
        "https://contoso.example/a%2f..%2fb",
        "https://contoso.example:0x50",
        "https://contoso.example:99999",
        "https://contoso.example:x",
        "https://[::1",
        "https://exa<mple",
        "https://%00.example",
        "https://a%20b",
    ];
    check_all("instanceUrl", &cases, "incidentApiUrl").await;
    let long = format!("https://contoso.example/{}", "x".repeat(2048));
    check_all("instanceUrl", &[&long], "incidentApiUrl").await;
}

#[tokio::test]
async fn api_urls_that_break_a_rule_are_refused_by_name() {
    let cases = [
        "",
        " ",
        "//evil.example/api",
        ":8443/api",
        "@evil.example/api",
        "/api/../x",
        "../x",
        "..",
        "/api/%2e%2e/x",
        "/a%5c..%5cb",
        "/api?x=1",
        "/api#x",
        "api?",
        "\\api",
        "/a b",
        "/a\n",
        "a\u{2028}b",
        "https://evil.example/api",
        "http://contoso.service-now.com/api",
        "ftp://contoso.service-now.com/api",
        "https://contoso.service-now.com:8443/api",
        "https://contoso.service-now.com.evil.example/api",
        "https://user@contoso.service-now.com/api",
        "https://contoso.service-now.com/api?x",
        "javascript://contoso.service-now.com/api",
    ];
    check_all("incidentApiUrl", &cases, "instanceUrl").await;
}

/// Each URL is refused on create and on update; nothing changes.
async fn check_all(name: &str, urls: &[&str], other: &str) {
    for scene in Scene::both().await {
        let stored = json!({
            "instanceUrl": "https://contoso.service-now.com",
            "incidentApiUrl": "/api/now/table/incident"
        });
        let id = scene.create(&stored).await;
        let before = scene.everything().await;
        for url in urls {
            let mut whole = json!({name: url});
            whole[other] = stored[other].clone();
            for answer in [scene.post(&whole).await, scene.patch(&id, &json!({name: url})).await] {
                assert_eq!(answer.status, 400, "{url:?}: {}", answer.text());
                assert_eq!(answer.json()["error"]["target"], name, "{url:?}");
                let message = answer.error(400, "BadRequest");
                let envelope: Value = serde_json::from_str(&message).expect("Intune's envelope");
                assert!(envelope["Message"].as_str().expect("text").contains(name), "{message}");
            }
        }
        assert_eq!(scene.everything().await, before);
    }
}

#[tokio::test]
async fn the_rules_hold_for_the_object_as_it_becomes() {
    for scene in Scene::both().await {
        let absolute = json!({"incidentApiUrl": "https://example.com/x"});
        let id = scene.create(&absolute).await;
        let elsewhere = json!({"instanceUrl": "https://contoso.service-now.com"});
        let refused = scene.patch(&id, &elsewhere).await;
        assert_eq!(refused.json()["error"]["target"], "incidentApiUrl");
        refused.error(400, "BadRequest");
        scene.patch(&id, &json!({"instanceUrl": "https://EXAMPLE.com:443/y"})).await.expect(200);
        scene.patch(&id, &elsewhere).await.error(400, "BadRequest");
        let both = json!({
            "instanceUrl": "https://contoso.service-now.com",
            "incidentApiUrl": "https://contoso.service-now.com/x"
        });
        scene.patch(&id, &both).await.expect(200);
        let cleared = json!({"instanceUrl": null, "incidentApiUrl": "https://example.com/x"});
        scene.patch(&id, &cleared).await.expect(200);
    }
}

#[tokio::test]
async fn plain_http_is_for_the_listed_host_and_port_only() {
    let plain_http = vec!["127.0.0.1:8181".parse().unwrap()];
    let setup = Setup { plain_http, ..Setup::default() };
    let scene = Scene::of(Server::start(TestDatabase::sqlite(), setup).await).await;
    let cases = [
        ("http://127.0.0.1:8181", 201),
        ("HTTP://127.0.0.1:8181/", 201),
        ("https://127.0.0.1:8181", 201),
        ("http://127.0.0.1", 400),
        ("http://127.0.0.1:8182", 400),
        ("http://localhost:8181", 400),
    ];
    for (url, expect) in cases {
        let answer = scene.post(&json!({"instanceUrl": url})).await;
        assert_eq!(answer.status, expect, "{url}: {}", answer.text());
    }
}
