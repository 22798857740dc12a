//! Bodies as bytes: JSON or not, typed or not, compressed or not.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;
use insta::assert_snapshot;
use serde_json::json;
use testkit::CONNECTIONS;

use crate::scene::{Scene, path};
use crate::shown::shown;

#[tokio::test]
async fn what_is_no_json_object_is_refused_and_changes_nothing() {
    let nested =
        |open: &str, close: &str| format!("{}{}", open.repeat(10_000), close.repeat(10_000));
    let cases: Vec<Vec<u8>> = vec![
        "".into(),
        " ".into(),
        "{".into(),
        "}".into(),
        "[]".into(),
        "null".into(),
        "\"x\"".into(),
        "1".into(),
        "{}{}".into(),
        "{} x".into(),
        "{},".into(),
        "{\"instanceUrl\":}".into(),
        "{\"instanceUrl\":null,}".into(),
        "{instanceUrl:null}".into(),
        "{'instanceUrl':null}".into(),
        "{\"instanceUrl\":nul}".into(),
        "{\"instanceUrl\":NaN}".into(),
        "{\"instanceUrl\":\"a\nb\"}".into(),
        "{\"instanceUrl\":\"\\x\"}".into(),
        "{\"instanceUrl\":\"\\ud800\"}".into(),
        "{\"x@y\":1e999}".into(),
        "{/**/}".into(),
        "\u{feff}{}".into(),
        b"{\"instanceUrl\":\"\xff\"}".into(),
        b"\xff\xfe{\x00}\x00".into(),
        b"{}\x00".into(),
        "{\"instanceUrl\":null,\"instanceUrl\":null}".into(),
        "{\"instanceUrl\":null,\"INSTANCEURL\":null}".into(),
        "{\"instanceUrl\":null,\"\\u0069nstanceUrl\":null}".into(),
        "{\"@odata.type\":\"#microsoft.graph.serviceNowConnection\",\"@odata.type\":\"x\"}".into(),
        nested("[", "]").into(),
        nested("{\"a\":", "}").into(),
        format!("{{\"x@y\":{}}}", nested("[", "]")).into(),
    ];
    for scene in Scene::both().await {
        let id = scene.create(&json!({"instanceUrl": "https://x.example"})).await;
        let before = scene.everything().await;
        for body in &cases {
            for (method, path) in [("POST", CONNECTIONS.to_owned()), ("PATCH", path(&id))] {
                let call = scene.call(method, &path).header("content-type", "application/json");
                let answer = call.bytes(body.clone()).send().await;
                let head = String::from_utf8_lossy(&body[..body.len().min(60)]).into_owned();
                assert_eq!(answer.status, 400, "{method} {head}: {}", answer.text());
                answer.error(400, "BadRequest");
            }
        }
        assert_eq!(scene.everything().await, before);
    }
}

#[tokio::test]
async fn a_malformed_body_is_refused_in_the_shape_of_graph() {
    let scene = Scene::sqlite().await;
    let call = scene.call("POST", CONNECTIONS).header("content-type", "application/json");
    let call = call.header("client-request-id", "mine");
    assert_snapshot!(shown(&call.bytes("{\"instanceUrl\":").send().await), @r##"
    400
    cache-control: no-cache
    client-request-id: mine
    content-length: 346
    content-type: application/json
    odata-version: 4.0
    request-id: <guid>
    vary: odata-maxversion
    vary: accept-encoding
    x-ms-ags-diagnostic: {"ServerInfo":{"DataCenter":"nowgraph","Slice":"E","Ring":"4","ScaleUnit":"000","RoleInstance":"0"}}

    {
      "error": {
        "code": "BadRequest",
        "innerError": {
          "client-request-id": "mine",
          "date": "2026-01-02T03:04:05",
          "message": "Unable to read JSON request payload. EOF while parsing a value at line 1 column 15.",
          "request-id": "<guid>"
        },
        "message": "Unable to read JSON request payload. EOF while parsing a value at line 1 column 15."
      }
    }
    "##);
}

#[tokio::test]
async fn annotations_and_unusual_spellings_are_accepted() {
    let cases = [
        " {\r\n\t} ",
        r#"{"@odata.context":"x","@odata.etag":5,"@odata.id":null}"#,
        r#"{"foo@bar.baz":{"a":[1,{"a":2,"b":[]}]},"instanceUrl@odata.type":"String","@x":1}"#,
        r#"{"@context":"x","@type":"microsoft.graph.serviceNowConnection"}"#,
        r#"{"\u0069nstanceUrl":"https:\/\/x.example\/\u00e9"}"#,
        r##"{"#microsoft.graph.test":{}}"##,
    ];
    for scene in Scene::both().await {
        for body in cases {
            let call = scene.call("POST", CONNECTIONS).header("content-type", "application/json");
            let answer = call.bytes(body).send().await;
            assert_eq!(answer.status, 201, "{body}: {}", answer.text());
        }
    }
}

#[tokio::test]
async fn only_json_is_read_and_its_parameters_do_not_matter() {
    let cases = [
        ("application/json", 201),
        ("application/json; charset=utf-8", 201),
        ("application/json;charset=\"UTF-8\"", 201),
        ("application/json;odata.metadata=minimal", 201),
        ("application/json;odata.metadata=full;odata.streaming=true;IEEE754Compatible=false", 201),
        ("Application/JSON", 201),
        ("text/plain", 400),
        ("application/xml", 400),
        ("application/x-www-form-urlencoded", 400),
        ("multipart/form-data; boundary=x", 400),
        ("nonsense", 400),
        ("", 400),
        ("application/json; charset=utf-16", 400),
    ];
    let scene = Scene::sqlite().await;
    let id = scene.create(&json!({})).await;
    for (content_type, expect) in cases {
        let call = scene.call("POST", CONNECTIONS).header("content-type", content_type);
        let answer = call.bytes("{}").send().await;
        assert_eq!(answer.status, expect, "{content_type}: {}", answer.text());
        let call = scene.call("PATCH", &path(&id)).header("content-type", content_type);
        let answer = call.bytes("{}").send().await;
        assert_eq!(answer.status, if expect == 201 { 200 } else { expect }, "{content_type}");
    }
    for (method, path) in [("POST", CONNECTIONS.to_owned()), ("PATCH", path(&id))] {
        scene.call(method, &path).bytes("{}").send().await.error(400, "BadRequest");
    }
}

#[tokio::test]
async fn compressed_bodies_are_read_and_bombs_stop() {
    let scene = Scene::sqlite().await;
    let post = |encoding: &str, body: Vec<u8>| {
        let call = scene.call("POST", CONNECTIONS).header("content-type", "application/json");
        call.header("content-encoding", encoding).bytes(body).send()
    };
    let body = json!({"instanceUrl": "https://x.example"}).to_string();
    let created = post("gzip", gzip(body.as_bytes())).await.expect(201).json();
    assert_eq!(created["instanceUrl"], "https://x.example");
    let before = scene.everything().await;
    let bomb = gzip(format!("{{\"x@y\":\"{}\"}}", "x".repeat(20_000_000)).as_bytes());
    post("gzip", bomb).await.expect(413);
    let mut cut = gzip(body.as_bytes());
    cut.truncate(cut.len() - 9);
    post("gzip", cut).await.error(400, "BadRequest");
    post("gzip", body.clone().into_bytes()).await.error(400, "BadRequest");
    post("gzip", Vec::new()).await.error(400, "BadRequest");
    post("br", body.clone().into_bytes()).await.expect(415);
    post("identity", vec![b' '; 2_000_000]).await.expect(413);
    assert_eq!(scene.everything().await, before);
}

fn gzip(body: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(body).expect("memory takes all that is written");
    encoder.finish().expect("memory takes all that is written")
}
