//! Batches as `multipart/mixed`.

use std::time::Duration;

use serde_json::json;
use testkit::{Answer, Server, Setup, TENANT, TestDatabase};

use tokio::time::advance;

use crate::scene::Scene;

const BATCH: &str = "/beta/$batch";
const CONNECTIONS: &str = "deviceManagement/serviceNowConnections";
const NONE: &str = "00000000-0000-0000-0000-000000000000";

/// A part of the batch: headers of the part and the request, `|` between lines.
fn part(head: &str, request: &str) -> String {
    format!("--b|Content-Type: application/http|{head}|{request}|").replace('|', "\r\n")
}

/// A part that is a change set of such parts.
fn change_set(parts: &[(&str, &str)]) -> String {
    let parts: String = parts.iter().map(|(head, request)| part(head, request)).collect();
    let parts = parts.replace("--b\r\n", "--c\r\n");
    format!("--b\r\nContent-Type: multipart/mixed;boundary=c\r\n\r\n{parts}--c--\r\n")
}

async fn send(scene: &Scene, parts: &[String], headers: &[(&str, &str)]) -> Answer {
    let call = scene.call("POST", BATCH).header("content-type", "multipart/mixed; boundary=b");
    let call = headers.iter().fold(call, |call, (name, value)| call.header(name, value));
    call.bytes(format!("{}--b--\r\n", parts.concat())).send().await
}

/// The lines of the answer that tell of structure: boundaries, ids, statuses.
fn outline(answer: &Answer) -> String {
    let content_type = answer.header("content-type");
    let boundary = content_type.strip_prefix("multipart/mixed; boundary=").unwrap();
    let lines = answer.text().split("\r\n").filter_map(|line| match line {
        line if line.starts_with("--") => Some(line.replace(boundary, "")),
        line => {
            let status =
                line.strip_prefix("HTTP/1.1 ").map(|status| status.chars().take(3).collect());
            status.or_else(|| line.strip_prefix("Content-ID: ").map(|id| format!("#{id}")))
        }
    });
    lines.collect::<Vec<_>>().join(" ")
}

fn url(id: &str) -> String {
    format!("{CONNECTIONS}/{id}")
}

#[tokio::test]
async fn requests_are_answered_in_the_structure_of_the_batch() {
    for scene in Scene::both().await {
        let post = format!("POST {CONNECTIONS} HTTP/1.1|Content-Type: application/json||{{}}");
        let parts = [
            part("", &format!("GET {CONNECTIONS}/$count HTTP/1.1||")),
            change_set(&[("Content-ID: new|", &post)]),
            part("Content-ID: 2|", "GET $new?$select=id HTTP/1.1||"),
            change_set(&[("Content-ID: 3|", "DELETE $new|")]),
            part("", &format!("GET {CONNECTIONS}/$count||")),
        ];
        let answer = send(&scene, &parts, &[]).await.expect(200);
        assert_eq!(answer.header("odata-version"), "4.0");
        let expect =
            "-- 200 -- ---set #new 201 ---set-- -- #2 200 -- ---set #3 204 ---set-- -- 200 ----";
        assert_eq!(outline(&answer), expect);
        let text = answer.text();
        for found in [
            "\r\n\r\nHTTP/1.1 200 OK\r\nOData-Version: 4.0\r\nContent-Type: text/plain\r\n",
            "Content-Length: 1\r\n\r\n0\r\n--batchresponse_",
            "\r\nHTTP/1.1 201 Created\r\n",
            "\r\nLocation: http://127.0.0.1:8080/beta/deviceManagement/serviceNowConnections/",
            "\r\nETag: W/\"1\"\r\n",
            "serviceNowConnections(id)/$entity\"",
        ] {
            assert!(text.contains(found), "{found}\n{text}");
        }
        assert_eq!(scene.everything().await, json!([]));
    }
}

#[tokio::test]
async fn a_batch_stops_at_a_failure_unless_it_is_to_go_on() {
    for scene in Scene::both().await {
        let missing = format!("GET {} HTTP/1.1||", url(NONE));
        let create = format!("POST {CONNECTIONS} HTTP/1.1|Content-Type: application/json||{{}}");
        let patch = format!("PATCH {}|Content-Type: application/json||{{}}", url(NONE));
        let parts = [
            part("Content-ID: 1|", &missing),
            part("Content-ID: 2|", &create),
            change_set(&[("Content-ID: 3|", &patch)]),
            part("Content-ID: 4|", "FOO a||"),
            part("Content-ID: 5|", "no request"),
            part("Content-ID: 6|", &format!("HEAD {CONNECTIONS} HTTP/1.1||")),
        ];
        for prefer in ["odata.continue-on-error=false", "return=minimal"] {
            let answer = send(&scene, &parts, &[("prefer", prefer)]).await.expect(200);
            assert_eq!(outline(&answer), "-- #1 404 ----", "{prefer}");
            assert_eq!(answer.header("preference-applied"), "");
        }
        assert_eq!(scene.everything().await, json!([]));
        for prefer in ["continue-on-error", "odata.continue-on-error", "continue-on-error=true"] {
            let answer = send(&scene, &parts, &[("prefer", prefer)]).await.expect(200);
            let expect = "-- #1 404 -- #2 201 -- #3 404 -- #4 400 -- #5 400 -- #6 200 ----";
            assert_eq!(outline(&answer), expect, "{prefer}");
            assert_eq!(answer.header("preference-applied"), "continue-on-error");
            assert!(answer.text().contains("\"code\":\"ResourceNotFound\""));
        }
        assert_eq!(scene.everything().await.as_array().unwrap().len(), 3);
    }
}

#[tokio::test]
async fn every_form_of_a_url_reaches_the_same_thing() {
    let scene = Scene::sqlite().await;
    let path = format!("/beta/{CONNECTIONS}/$count");
    for (request, status) in [
        (format!("GET http://127.0.0.1:8080{path} HTTP/1.1||"), "200"),
        (format!("GET {path} HTTP/1.1|Host: 127.0.0.1:8080||"), "200"),
        (format!("GET {path} HTTP/1.1|host: localhost:8080||"), "200"),
        (format!("GET {CONNECTIONS}/$count HTTP/1.1||"), "200"),
        (format!("GET {CONNECTIONS}/$count?$filter=id ne 'HTTP/1.1'||"), "200"),
        (format!("GET {path} HTTP/1.1|Host: other.example||"), "400"),
        (format!("GET http://other.example{path} HTTP/1.1||"), "400"),
        (format!("GET /{CONNECTIONS}/$count HTTP/1.1|Host: 127.0.0.1:8080||"), "404"),
        ("POST $batch HTTP/1.1||".to_owned(), "400"),
    ] {
        let answer = send(&scene, &[part("", &request)], &[]).await.expect(200);
        assert_eq!(outline(&answer), format!("-- {status} ----"), "{request}");
    }
}

#[tokio::test]
async fn requests_refer_to_what_others_answered() {
    for scene in Scene::both().await {
        let id = scene.create(&json!({})).await;
        let patch = |etag: &str, status: &str| {
            let headers = format!("Content-Type: application/json|If-Match: {etag}");
            let body = json!({"serviceNowConnectionStatus": status});
            format!("PATCH {} HTTP/1.1|{headers}||{body}", url(&id))
        };
        let parts = [
            part("Content-ID: 1|", &format!("GET {} HTTP/1.1||", url(&id))),
            change_set(&[("Content-ID: 2|", &patch("$1", "enabled"))]),
            change_set(&[("Content-ID: 3|", &patch("$1", "disabled"))]),
        ];
        let answer = send(&scene, &parts, &[]).await.expect(200);
        assert_eq!(outline(&answer), "-- #1 200 -- ---set #2 200 ---set-- -- #3 412 ----");
        assert_eq!(scene.show(&id).await["serviceNowConnectionStatus"], "enabled");
    }
}

#[tokio::test]
async fn a_batch_that_cannot_be_read_is_refused_whole() {
    for scene in Scene::both().await {
        let post = format!("POST {CONNECTIONS} HTTP/1.1|Content-Type: application/json||{{}}");
        let get = format!("GET {CONNECTIONS} HTTP/1.1||");
        let one = || part("Content-ID: 1|", &post);
        let many: Vec<_> = (0..21).map(|_| part("", &get)).collect();
        let two = change_set(&[("Content-ID: 2|", &post), ("Content-ID: 3|", &post)]);
        for (parts, status, code) in [
            (vec![], 400, "BadRequest"),
            (vec![one(), one()], 400, "BadRequest"),
            (vec![one(), "--b\r\n\r\n".to_owned()], 400, "BadRequest"),
            (vec![one(), change_set(&[])], 400, "BadRequest"),
            (vec![one(), change_set(&[("Content-ID: 2|", &get)])], 400, "BadRequest"),
            (vec![one(), two], 501, "NotImplemented"),
            (many, 400, "MaximumValueExceeded"),
        ] {
            send(&scene, &parts, &[]).await.error(status, code);
        }
        let call =
            |content_type: &str| scene.call("POST", BATCH).header("content-type", content_type);
        let cut = call("multipart/mixed;boundary=b").bytes(one());
        cut.send().await.error(400, "BadRequest");
        for content_type in ["multipart/mixed", "Multipart/Mixed;boundary=", "multipart/mixed;x"] {
            let whole = call(content_type).bytes(format!("{}--b--", one()));
            whole.send().await.error(400, "BadRequest");
        }
        for (name, value, status, code) in [
            ("accept", "application/json", 406, "NotAcceptable"),
            ("if-match", "*", 400, "BadRequest"),
            ("isolation", "snapshot", 412, "PreconditionFailed"),
        ] {
            send(&scene, &[one()], &[(name, value)]).await.error(status, code);
        }
        let format = scene.call("POST", "/beta/$batch?$format=json");
        let format = format.header("content-type", "multipart/mixed;boundary=b");
        let whole = format.bytes(format!("{}--b--", one()));
        whole.send().await.error(406, "NotAcceptable");
        assert_eq!(scene.everything().await, json!([]));
    }
}

#[tokio::test]
async fn requests_have_format_and_version_of_the_batch() {
    let scene = Scene::sqlite().await;
    scene.create(&json!({})).await;
    let get = |headers: &str| part("", &format!("GET {CONNECTIONS} HTTP/1.1|{headers}|"));
    for (accept, expect) in [
        ("multipart/mixed", "json;metadata=minimal"),
        ("*/*", "json;metadata=minimal"),
        ("multipart/mixed, application/json;odata.metadata=none", "json;metadata=none"),
    ] {
        let headers = [("accept", accept), ("odata-maxversion", "4.01")];
        let answer = send(&scene, &[get("")], &headers).await.expect(200);
        assert_eq!(answer.header("odata-version"), "4.01");
        assert!(answer.text().contains(expect), "{accept}: {}", answer.text());
        assert!(answer.text().contains("\r\nOData-Version: 4.01\r\n"), "{}", answer.text());
    }
    let own = get("Accept: application/json;odata.metadata=full|OData-MaxVersion: 4.0|");
    let answer = send(&scene, &[own], &[("odata-maxversion", "4.01")]).await.expect(200);
    assert!(answer.text().contains("odata.metadata=full"), "{}", answer.text());
    assert!(answer.text().contains("\r\nOData-Version: 4.0\r\n"), "{}", answer.text());
}

#[tokio::test(start_paused = true)]
async fn each_request_is_authorized_and_counted() {
    let setup = Setup { requests_per_second: 4, ..Setup::default() };
    let server = Server::start(TestDatabase::sqlite(), setup).await;
    let scene = Scene::of(server).await;
    let get = part("", &format!("GET {CONNECTIONS} HTTP/1.1||"));
    let parts: Vec<_> = (0..5).map(|_| get.clone()).collect();
    let answer = send(&scene, &parts, &[("prefer", "continue-on-error")]).await.expect(200);
    assert_eq!(outline(&answer), "-- 200 -- 200 -- 200 -- 200 -- 429 ----");
    let reading = [model::Permission::DeviceManagementConfigurationReadAll];
    let reader = scene.server.app_token(TENANT, &reading).await;
    let admin = format!("Authorization: Bearer {}", scene.admin);
    let delete = part("", &format!("DELETE {} HTTP/1.1|{admin}||", url(NONE)));
    advance(Duration::from_secs(10)).await;
    let call = scene.server.call("POST", BATCH).token(&reader);
    let call = call.header("content-type", "multipart/mixed;boundary=b");
    let answer = call.bytes(format!("{get}{delete}--b--")).send().await.expect(200);
    assert_eq!(outline(&answer), "-- 200 -- 403 ----");
    let call =
        scene.server.call("POST", BATCH).header("content-type", "multipart/mixed;boundary=b");
    call.bytes(format!("{get}--b--")).send().await.expect(401);
}

#[tokio::test]
async fn bodies_may_be_compressed() {
    let scene = Scene::sqlite().await;
    let body = crate::gzip::gzip(b"{\"instanceUrl\":\"https://a.service-now.com\"}");
    let head = format!(
        "POST {CONNECTIONS} HTTP/1.1|Content-Type: application/json|Content-Encoding: gzip|\
         Content-Length: {}||",
        body.len()
    );
    let open = format!("--b|Content-Type: application/http||{head}").replace('|', "\r\n");
    let batch = [open.as_bytes(), &body, b"\r\n--b--"].concat();
    let call = scene.call("POST", BATCH).header("content-type", "multipart/mixed;boundary=b");
    let answer = call.bytes(batch).send().await.expect(200);
    assert_eq!(outline(&answer), "-- 201 ----", "{}", answer.text());
}
