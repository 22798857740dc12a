use std::io::{Read as _, Write as _};

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use serde_json::{Value, json};
use testkit::{Answer, CONNECTIONS, Call, Server};

use crate::given;

pub(crate) fn gzip(plain: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(plain).unwrap();
    encoder.finish().unwrap()
}

fn post(server: &Server, token: &str, coding: &str, body: Vec<u8>) -> Call {
    let call = server.call("POST", CONNECTIONS).token(token).bytes(body);
    call.header("content-type", "application/json").header("content-encoding", coding)
}

fn inflated(answer: &Answer) -> Value {
    serde_json::from_reader(GzDecoder::new(answer.body.as_slice())).unwrap()
}

#[tokio::test]
async fn compressed_bodies_are_read() {
    for server in Server::both().await {
        let admin = server.admin().await;
        let body = json!({ "instanceUrl": "https://contoso.service-now.com" });
        let packed = gzip(body.to_string().as_bytes());
        for coding in ["gzip", "GZIP", "x-gzip"] {
            let answer = post(&server, &admin, coding, packed.clone()).send().await.expect(201);
            assert_eq!(answer.json()["instanceUrl"], body["instanceUrl"]);
        }
        let one = given::connection(&server, &admin).await;
        let patch = server.call("PATCH", &one).token(&admin).bytes(packed);
        let patch = patch.header("content-type", "application/json");
        let answer = patch.header("content-encoding", "gzip").send().await.expect(200);
        assert_eq!(answer.json()["instanceUrl"], body["instanceUrl"]);
    }
}

#[tokio::test]
async fn bombs_and_junk_are_refused() {
    let server = Server::sqlite().await;
    let admin = server.admin().await;
    let mut bomb = b"{".to_vec();
    bomb.resize(256 * 1024 * 1024, b' ');
    let bomb = gzip(&bomb);
    assert!(bomb.len() < 1024 * 1024);
    let answer = post(&server, &admin, "gzip", bomb).send().await;
    answer.error(413, "RequestEntityTooLarge");
    let mut cut = gzip(b"{}");
    cut.pop();
    let mut trailing = gzip(b"{}");
    trailing.extend(b"junk");
    for junk in [b"{}".to_vec(), cut, trailing] {
        post(&server, &admin, "gzip", junk).send().await.error(400, "BadRequest");
    }
    let nested = gzip(&gzip(b"{}"));
    post(&server, &admin, "gzip", nested).send().await.error(400, "BadRequest");
    for coding in ["br", "deflate", "gzip, gzip", "identity, gzip"] {
        let answer = post(&server, &admin, coding, gzip(b"{}")).send().await;
        answer.error(415, "UnsupportedMediaType");
    }
    assert_eq!(given::count(&server, &admin).await, 0);
}

#[tokio::test]
async fn answers_are_compressed_for_who_asks() {
    let server = Server::sqlite().await;
    let admin = server.admin().await;
    let one = given::connection(&server, &admin).await;
    let ask = |path: &str, accept: &str| {
        server.call("GET", path).token(&admin).header("accept-encoding", accept).send()
    };
    let plain = server.call("GET", &one).token(&admin).send().await.expect(200);
    assert_eq!(plain.header("content-encoding"), "");
    assert_eq!(vary(&plain), ["odata-maxversion", "accept-encoding"]);
    for accept in ["gzip", "gzip, deflate", "deflate, gzip;q=0.1", "br, *", "GZIP"] {
        let answer = ask(&one, accept).await.expect(200);
        assert_eq!(answer.header("content-encoding"), "gzip", "{accept}");
        assert_eq!(vary(&answer), ["odata-maxversion", "accept-encoding"]);
        assert!(!answer.headers.contains_key("content-length"));
        assert_eq!(answer.header("etag"), plain.header("etag"));
        assert_eq!(inflated(&answer), plain.json());
    }
    for accept in ["", "identity", "br", "deflate", "gzip;q=0", "gzip;q=0, *", "junk;;;,"] {
        let answer = ask(&one, accept).await.expect(200);
        assert_eq!(answer.header("content-encoding"), "", "{accept}");
        assert_eq!(answer.json(), plain.json());
    }
    let metadata = ask("/beta/$metadata", "gzip").await.expect(200);
    let mut xml = String::new();
    GzDecoder::new(metadata.body.as_slice()).read_to_string(&mut xml).unwrap();
    assert!(xml.ends_with("</edmx:Edmx>") || xml.ends_with("</edmx:Edmx>\n"));
    let refused = ask(&format!("{CONNECTIONS}/nobody"), "gzip").await.expect(404);
    assert_eq!(inflated(&refused)["error"]["code"], "ResourceNotFound");
}

#[tokio::test]
async fn a_write_is_never_hidden_by_its_coding() {
    let server = Server::sqlite().await;
    let admin = server.admin().await;
    for accept in ["identity;q=0", "*;q=0", "br, identity;q=0", "identity;q=0, *;q=0"] {
        let call = server.call("POST", CONNECTIONS).token(&admin).json(&json!({}));
        let answer = call.header("accept-encoding", accept).send().await.expect(201);
        assert!(answer.json()["id"].is_string(), "{accept}");
    }
    assert_eq!(given::count(&server, &admin).await, 4);
}

fn vary(answer: &Answer) -> Vec<&str> {
    answer.headers.get_all("vary").iter().map(|value| value.to_str().unwrap()).collect()
}
