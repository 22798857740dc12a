use std::collections::HashSet;

use serde_json::{Value, json};
use testkit::{Answer, CONNECTIONS, Server, TENANT};
use uuid::Uuid;

use crate::given;

/// What every answer has, whoever gives it.
#[track_caller]
fn framed(answer: &Answer) -> Uuid {
    let id = answer.header("request-id").parse().unwrap();
    assert!(!answer.header("client-request-id").is_empty());
    let diagnostic: Value = serde_json::from_str(answer.header("x-ms-ags-diagnostic")).unwrap();
    for key in ["DataCenter", "Slice", "Ring", "ScaleUnit", "RoleInstance"] {
        assert!(diagnostic["ServerInfo"][key].is_string(), "{diagnostic}");
    }
    assert!(["no-cache", "no-store"].contains(&answer.header("cache-control")));
    id
}

#[tokio::test]
async fn every_answer_has_an_id_of_its_own() {
    let server = Server::sqlite().await;
    let admin = server.admin().await;
    let one = given::connection(&server, &admin).await;
    let token = format!("/{TENANT}/oauth2/v2.0/token");
    let keys = format!("/{TENANT}/discovery/v2.0/keys");
    let mut ids = HashSet::new();
    for (method, path) in [
        ("GET", CONNECTIONS),
        ("GET", &one),
        ("HEAD", &one),
        ("GET", &format!("{CONNECTIONS}/$count")),
        ("OPTIONS", CONNECTIONS),
        ("DELETE", &one),
        ("GET", &one),
        ("PUT", CONNECTIONS),
        ("GET", "/beta"),
        ("GET", "/beta/$metadata"),
        ("GET", "/livez"),
        ("GET", "/readyz"),
        ("POST", "/readyz"),
        ("POST", &token),
        ("GET", &token),
        ("GET", &keys),
        ("GET", "/"),
    ] {
        let answer = server.call(method, path).token(&admin).send().await;
        assert!(ids.insert(framed(&answer)), "{method} {path}");
        assert_eq!(answer.header("client-request-id"), answer.header("request-id"));
    }
    assert!(ids.insert(framed(&server.call("GET", CONNECTIONS).send().await)));
}

#[tokio::test]
async fn the_callers_id_is_repeated_if_it_is_one() {
    let server = Server::sqlite().await;
    let longest = "x".repeat(128);
    for id in ["7b0ac53a-ca2a-4d39-a4ed-1e4b8a25a0d8", "my id", "a\"b\\c{}", &longest] {
        let answer = server.call("GET", CONNECTIONS).header("client-request-id", id).send().await;
        assert_eq!(answer.header("client-request-id"), id);
        assert_eq!(answer.json()["error"]["innerError"]["client-request-id"], id);
        assert_ne!(answer.header("request-id"), id);
    }
    let (too_long, far_too_long) = ("x".repeat(129), "x".repeat(10 * 1024));
    for id in ["", "\u{e9}", "\u{202e}", &too_long, &far_too_long] {
        let answer = server.call("GET", CONNECTIONS).header("client-request-id", id).send().await;
        assert_eq!(answer.header("client-request-id"), answer.header("request-id"), "{id:?}");
        answer.error(401, "InvalidAuthenticationToken");
    }
}

#[tokio::test]
async fn nothing_of_a_request_becomes_a_header_of_its_own() {
    let server = Server::sqlite().await;
    let admin = server.admin().await;
    for path in [
        "/beta/deviceManagement/x%0d%0aset-cookie:%20a=b",
        "/x%0d%0aset-cookie:%20a=b",
        "/beta/deviceManagement/serviceNowConnections?$top=1%0d%0aset-cookie:%20a=b",
    ] {
        let answer = server.call("GET", path).token(&admin).send().await;
        assert!(answer.status >= 400);
        assert!(!answer.headers.contains_key("set-cookie"));
    }
    given::connection(&server, &admin).await;
    given::connection(&server, &admin).await;
    let path = format!("{CONNECTIONS}?$top=1&x=%0d%0aset-cookie:%20a");
    let next = server.call("GET", &path).token(&admin).send().await.expect(200).json();
    let next = next["@odata.nextLink"].as_str().unwrap();
    assert!(!next.contains(['\r', '\n']), "{next}");
}

#[tokio::test]
async fn answers_of_the_service_name_format_and_version() {
    const JSON: &str = "application/json;odata.metadata=minimal;odata.streaming=true;\
                        IEEE754Compatible=false;charset=utf-8";
    let server = Server::sqlite().await;
    let admin = server.admin().await;
    let created = server.call("POST", CONNECTIONS).token(&admin).json(&json!({})).send().await;
    let location = created.header("location").to_owned();
    assert_eq!(
        location,
        format!("http://127.0.0.1:8080{CONNECTIONS}/{}", created.json()["id"].as_str().unwrap())
    );
    let one = location.strip_prefix("http://127.0.0.1:8080").unwrap();
    assert_eq!(created.expect(201).header("content-type"), JSON);
    for (path, content_type) in [
        (CONNECTIONS, JSON),
        (one, JSON),
        ("/beta/deviceManagement", JSON),
        ("/beta", JSON),
        ("/beta/$metadata", "application/xml"),
        (&format!("{CONNECTIONS}/$count"), "text/plain"),
    ] {
        let answer = server.call("GET", path).token(&admin).send().await.expect(200);
        assert_eq!(answer.header("content-type"), content_type, "{path}");
        assert_eq!(answer.header("odata-version"), "4.0", "{path}");
    }
    let patched = server.call("PATCH", one).token(&admin).json(&json!({})).send().await;
    assert_eq!(patched.expect(200).header("content-type"), JSON);
    let deleted = server.call("DELETE", one).token(&admin).send().await.expect(204);
    assert_eq!((deleted.header("content-type"), deleted.body.len()), ("", 0));
}

#[tokio::test]
async fn head_is_get_without_the_body() {
    let server = Server::sqlite().await;
    let admin = server.admin().await;
    let one = given::connection(&server, &admin).await;
    let count = format!("{CONNECTIONS}/$count");
    let missing = format!("{CONNECTIONS}/nobody");
    for path in [CONNECTIONS, &one, &count, &missing, "/beta", "/beta/$metadata", "/livez"] {
        for coding in ["identity", "gzip"] {
            let call = |method| {
                server.call(method, path).token(&admin).header("accept-encoding", coding).send()
            };
            let (get, head) = (call("GET").await, call("HEAD").await);
            assert_eq!((head.status, head.body.len()), (get.status, 0), "{path}");
            // The message of an error names the request.
            let length = if get.status < 400 { "none" } else { "content-length" };
            let own = ["request-id", "client-request-id", length];
            let others = |answer: &Answer| {
                let mut headers = answer.headers.clone();
                for name in own {
                    headers.remove(name);
                }
                headers
            };
            let (found, expect) = (others(&head), others(&get));
            if get.status < 400 && !get.headers.contains_key("content-encoding") {
                assert_eq!(head.header("content-length"), get.body.len().to_string(), "{path}");
            }
            assert_eq!(found, expect, "{path} {coding}");
        }
    }
}

#[tokio::test]
async fn a_method_in_a_header_is_ignored() {
    let server = Server::sqlite().await;
    let admin = server.admin().await;
    let one = given::connection(&server, &admin).await;
    for name in ["x-http-method-override", "x-http-method", "x-method-override"] {
        let call = server.call("POST", CONNECTIONS).token(&admin).header(name, "PATCH");
        call.json(&json!({})).send().await.expect(201);
        server.call("GET", &one).token(&admin).header(name, "DELETE").send().await.expect(200);
        let call = server.call("POST", &one).token(&admin).header(name, "DELETE");
        call.send().await.error(405, "MethodNotAllowed");
    }
    assert_eq!(given::count(&server, &admin).await, 4);
}
