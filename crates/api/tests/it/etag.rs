use serde_json::json;
use testkit::{Answer, CONNECTIONS, Server};
use uuid::Uuid;

use crate::given;

#[tokio::test]
async fn a_stale_etag_is_refused() {
    for server in Server::both().await {
        let admin = server.admin().await;
        let one = given::connection(&server, &admin).await;
        let enabled = json!({ "serviceNowConnectionStatus": "enabled" });
        let get = async || server.call("GET", &one).token(&admin).send().await.expect(200);
        let before = get().await;
        let stale = before.header("etag").to_owned();
        assert!(stale.starts_with("W/\"") && stale.ends_with('"'), "{stale}");
        assert!(before.json().get("@odata.etag").is_none());
        let patched = server.call("PATCH", &one).token(&admin).json(&enabled);
        let patched = patched.header("if-match", &stale).send().await.expect(200);
        let fresh = patched.header("etag").to_owned();
        assert_ne!(stale, fresh);
        let after = get().await;
        assert_eq!(after.header("etag"), fresh);
        for method in ["PATCH", "DELETE"] {
            let call = server.call(method, &one).token(&admin).header("if-match", &stale);
            let disabled = json!({ "serviceNowConnectionStatus": "disabled" });
            let message = call.json(&disabled).send().await.error(412, "PreconditionFailed");
            assert!(message.contains("If-Match"), "{message}");
        }
        assert_eq!(get().await.body, after.body);
        let deleted = server.call("DELETE", &one).token(&admin).header("if-match", &fresh);
        deleted.send().await.expect(204);
    }
}

#[tokio::test]
async fn conditions_have_the_forms_of_http() {
    let server = Server::sqlite().await;
    let admin = server.admin().await;
    let one = given::connection(&server, &admin).await;
    let got = server.call("GET", &one).token(&admin).send().await.expect(200);
    let tag = got.header("etag");
    let strong = tag.strip_prefix("W/").unwrap();
    let list = format!("\"x\", {tag}");
    let cases = [
        ("if-match", tag, 200, 200),
        ("if-match", strong, 200, 200),
        ("if-match", &list, 200, 200),
        ("if-match", "*", 200, 200),
        ("if-match", "\"x\"", 412, 412),
        ("if-match", "W/\"x\", \"y\"", 412, 412),
        ("if-none-match", tag, 304, 412),
        ("if-none-match", strong, 304, 412),
        ("if-none-match", &list, 304, 412),
        ("if-none-match", "*", 304, 412),
        ("if-none-match", "\"x\"", 200, 200),
        ("if-match", "x", 400, 400),
        ("if-match", "", 400, 400),
        ("if-match", "\"x", 400, 400),
        ("if-match", "*, \"x\"", 400, 400),
        ("if-none-match", "w/\"x\"", 400, 400),
        ("if-none-match", "\u{e9}", 400, 400),
    ];
    for (name, value, read, write) in cases {
        let answer: Answer =
            server.call("GET", &one).token(&admin).header(name, value).send().await;
        assert_eq!(answer.status, read, "GET {name}: {value}");
        if read == 304 {
            assert_eq!((answer.body.len(), answer.header("etag")), (0, tag));
            assert!(!answer.headers.contains_key("content-type"));
        }
        let patch = server.call("PATCH", &one).token(&admin).json(&json!({}));
        let answer = patch.header(name, value).send().await;
        assert_eq!(answer.status, write, "PATCH {name}: {value}");
    }
    for name in ["If-Match", "If-None-Match"] {
        let patch = server.call("PATCH", &one).token(&admin).json(&json!({}));
        let lower_case = name.to_ascii_lowercase();
        let message = patch.header(&lower_case, "x").send().await.error(400, "BadRequest");
        assert!(message.contains(&format!("the {name} header")), "{message}");
    }
    let twice = server.call("GET", &one).token(&admin);
    let twice = twice.header("if-none-match", "\"x\"").header("if-none-match", tag);
    assert_eq!(twice.send().await.status, 304);
}

#[tokio::test]
async fn no_condition_is_ever_required() {
    for server in Server::both().await {
        let admin = server.admin().await;
        let one = given::connection(&server, &admin).await;
        let patch = server.call("PATCH", &one).token(&admin);
        patch.json(&json!({ "instanceUrl": null })).send().await.expect(200);
        server.call("DELETE", &one).token(&admin).send().await.expect(204);
        let missing = server.call("PATCH", &one).token(&admin).header("if-match", "*");
        missing.json(&json!({})).send().await.error(404, "ResourceNotFound");
        let absent = format!("{CONNECTIONS}/{}", Uuid::nil());
        let upsert = server.call("PATCH", &absent).token(&admin).header("if-none-match", "*");
        upsert.json(&json!({})).send().await.error(404, "ResourceNotFound");
        assert_eq!(given::count(&server, &admin).await, 0);
    }
}

#[tokio::test]
async fn the_tag_moves_with_changes_only() {
    let server = Server::sqlite().await;
    let admin = server.admin().await;
    let one = given::connection(&server, &admin).await;
    let patch = async |body: serde_json::Value| {
        let answer = server.call("PATCH", &one).token(&admin).json(&body).send().await.expect(200);
        answer.header("etag").to_owned()
    };
    let first = patch(json!({})).await;
    assert_eq!(patch(json!({ "serviceNowConnectionStatus": "disabled" })).await, first);
    let second = patch(json!({ "serviceNowConnectionStatus": "enabled" })).await;
    assert_ne!(second, first);
    let third = patch(json!({ "serviceNowConnectionStatus": "disabled" })).await;
    assert!(third != first && third != second, "a state that comes back is another version");
}
