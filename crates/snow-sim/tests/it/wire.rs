//! Requests that no well-meant client sends, byte by byte.

use serde_json::Value;
use snow_sim::{FaultKind, Simulator};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::faults::always;
use crate::site::{Site, send};

/// Everything that is answered until the connection closes.
async fn raw(site: &Site, request: &str) -> String {
    let mut stream = TcpStream::connect(site.sim.address()).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    String::from_utf8(answer).unwrap()
}

fn get(path: &str, headers: &str) -> String {
    let key = Simulator::CREDENTIALS.api_key;
    format!("GET {path} HTTP/1.1\r\nconnection: close\r\nx-sn-apikey: {key}\r\n{headers}\r\n")
}

/// Check 30.
#[tokio::test]
async fn a_cut_answer_comes_as_far_as_it_is_said_to() {
    let site = Site::with(30).await;
    let whole = raw(&site, &get(TABLE, "host: a\r\n")).await;
    let (head, whole) = whole.split_once("\r\n\r\n").unwrap();
    assert!(head.contains("transfer-encoding: chunked"), "{head}");
    let (_, whole) = whole.split_once("\r\n").unwrap();
    let whole = whole.strip_suffix("\r\n0\r\n\r\n").unwrap();
    for bytes in [1, 20, whole.len()] {
        site.sim.faults(vec![always(FaultKind::CutBody(bytes))]);
        let cut = raw(&site, &get(TABLE, "host: a\r\n")).await;
        let (head, body) = cut.split_once("\r\n\r\n").unwrap();
        assert!(head.starts_with("HTTP/1.1 200 OK"), "{head}");
        let chunk = format!("{bytes:X}\r\n{}\r\n", whole.get(..bytes).unwrap());
        assert_eq!(body, chunk, "without the last chunk");
    }
    site.sim.faults(vec![always(FaultKind::WrongLength)]);
    let answer = raw(&site, &get(TABLE, "host: a\r\n")).await;
    let length = format!("content-length: {}", whole.len() + 100);
    assert!(answer.contains(&length) && answer.ends_with(whole), "{answer}");
}

#[tokio::test]
async fn a_request_that_never_ends_keeps_nobody_from_stopping() {
    let posted = "POST /api/now/table/incident HTTP/1.1\r\nhost: a\r\ncontent-length: 9\r\n\r\n{";
    let whole = get(TABLE, "host: a\r\n").replace("connection: close\r\n", "");
    for (request, answers) in [
        (posted.to_owned(), 0),
        ("GET /api/now/ta".to_owned(), 0),
        (format!("{whole}{whole}GET /"), 2),
    ] {
        let site = Site::with(1).await;
        let mut stream = TcpStream::connect(site.sim.address()).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        while String::from_utf8_lossy(&answer).matches("HTTP/1.1 200").count() < answers {
            assert_ne!(stream.read_buf(&mut answer).await.unwrap(), 0);
        }
        site.get(TABLE).await;
        site.sim.stop().await;
        stream.read_to_end(&mut answer).await.ok();
        let answer = String::from_utf8(answer).unwrap();
        assert_eq!(answer.matches("HTTP/1.1").count(), answers, "{request}: {answer}");
    }
}

/// The instance would wait for ever.
#[tokio::test]
async fn an_answer_that_nobody_reads_keeps_nobody_from_stopping() {
    let site = Site::with(30_000).await;
    let mut stream = TcpStream::connect(site.sim.address()).await.unwrap();
    let all = "/api/now/table/incident?sysparm_limit=30000";
    stream.write_all(get(all, "host: a\r\n").as_bytes()).await.unwrap();
    let mut begin = [0];
    stream.read_exact(&mut begin).await.unwrap();
    tokio::time::pause();
    site.sim.stop().await;
}

const TABLE: &str = "/api/now/table/incident?sysparm_limit=1&sysparm_fields=caller_id";

#[tokio::test]
async fn what_cannot_be_read_is_refused_in_the_usual_shape() {
    let site = Site::with(2).await;
    let long = format!("h: {}\r\nhost: a\r\n", "x".repeat(600_000));
    let posted = "POST /api/now/table/incident HTTP/1.1\r\nhost: a\r\nconnection: close\r\n";
    for (request, status) in [
        (get("/api/now/table/incident?sysparm_query=opened_at>2026", "host: a\r\n"), 400),
        (get("/api/now/table/incident?sysparm_query=a<b", "host: a\r\n"), 400),
        (get("/api/now/table/incident?sysparm_query=\"", "host: a\r\n"), 400),
        (get("/api/now/table/an incident", "host: a\r\n"), 400),
        (get(TABLE, "host: a\r\nb\u{1}d: x\r\n"), 400),
        (get(TABLE, &long), 431),
        (get(TABLE, ""), 400),
        (get(TABLE, "host: a\r\nhost: a\r\n"), 400),
        (get(TABLE, "host: a>;rel=\"next\"\r\n"), 400),
        (get(TABLE, "host: user@a\r\n"), 400),
        (format!("{posted}transfer-encoding: chunked\r\n\r\nzz\r\n{{}}\r\n0\r\n\r\n"), 400),
    ] {
        let line: String = request.chars().take(80).collect();
        let said = raw(&site, &request).await;
        let (head, body) = said.split_once("\r\n\r\n").unwrap();
        assert!(head.starts_with(&format!("HTTP/1.1 {status} ")), "{line}: {head}");
        assert!(head.contains("\r\ndate: Mon, 01 Jun 2026 12:00:00 GMT"), "{line}: {head}");
        let body: Value = serde_json::from_str(body).unwrap();
        assert_eq!(body["error"]["message"], "Exception while reading request", "{line}");
        assert_eq!(body["status"], "failure");
    }
    assert!(raw(&site, &get(TABLE, "host: a\r\n")).await.starts_with("HTTP/1.1 200 "));
    let old = get(TABLE, "").replace("HTTP/1.1", "HTTP/1.0");
    assert!(raw(&site, &old).await.contains("http://localhost/api/now/table/sys_user/"));
}

#[tokio::test]
async fn own_refusals_without_a_body_stay_as_they_are() {
    let site = Site::with(1).await;
    let head = get("/api/now/table/nonsense", "host: a\r\n").replacen("GET", "HEAD", 1);
    let said = raw(&site, &head).await;
    assert!(said.starts_with("HTTP/1.1 400 ") && said.ends_with("\r\n\r\n"), "{said}");
    assert!(said.contains("x-transaction-id"), "{said}");
    let preflight = get("/api/now/table/incident", "host: a\r\norigin: https://a.example\r\n")
        .replacen("GET", "OPTIONS", 1);
    let said = raw(&site, &preflight).await;
    assert!(said.starts_with("HTTP/1.1 403 ") && said.ends_with("\r\n\r\n"), "{said}");
}

#[tokio::test]
async fn a_body_beyond_the_limit_is_told_from_a_broken_one() {
    let site = Site::with(1).await;
    let body = "x".repeat((10 << 20) + 1);
    let said = send(site.ask("POST", "/api/now/table/incident").body(body)).await;
    assert_eq!((said.status, &said.json()["status"]), (413, &"failure".into()));
}

#[tokio::test]
async fn escapes_in_a_path_are_undone() {
    let site = Site::with(2).await;
    assert_eq!(site.get("/api/now/table/%69ncident").await.rows().len(), 2);
    assert_eq!(site.get("/%61pi/now/v%32/table/incident").await.rows().len(), 2);
    assert_eq!(site.get("/%6cogin.do").await.status, 200);
    let said = site.get("/api/now/table%2Fincident").await;
    assert_eq!(said.status, 400, "{}", said.text);
    // No path of the instance is one of the control interface.
    assert_eq!(site.get("/%5Fsim/settings").await.status, 400);
}

#[tokio::test]
async fn names_of_media_and_codings_are_read_as_they_are_meant() {
    let site = Site::with(1).await;
    let known = Simulator::CREDENTIALS;
    let plain = reqwest::Client::builder().no_proxy().gzip(false).build().unwrap();
    let path = site.url("/api/now/table/incident");
    for (accepted, packed) in [
        ("gzip", true),
        ("br, GZIP;q=0.5", true),
        ("*", true),
        ("gzip;q=0", false),
        ("gzip; q=0.0, deflate", false),
        ("*, gzip;q=0", false),
        ("identity", false),
        ("x-not-gzip", false),
    ] {
        let asked = plain.get(&path).basic_auth(known.user, Some(known.password));
        let said = asked.header("accept-encoding", accepted).send().await.unwrap();
        assert_eq!(said.headers().contains_key("content-encoding"), packed, "{accepted}");
    }
    for (accept, status, xml) in [
        ("APPLICATION/XML", 200, true),
        ("text/xml;q=0.9, application/json", 200, false),
        ("application/json;q=0.1, application/xml", 200, true),
        ("application/json;q=0", 406, false),
        ("application/jsonx", 406, false),
        ("image/png, */*;q=0.1", 200, false),
    ] {
        let asked = plain.get(&path).basic_auth(known.user, Some(known.password));
        let said = send(asked.header("accept", accept)).await;
        let has = said.header("content-type").unwrap().starts_with("application/xml");
        assert_eq!((said.status, has), (status, xml), "{accept}");
    }
    for (kind, status) in [
        ("APPLICATION/JSON", 201),
        ("application/json; charset=utf-8", 201),
        ("application/jsonx", 415),
    ] {
        let asked = site.ask("POST", "/api/now/table/incident").header("content-type", kind);
        assert_eq!(send(asked.body("{}")).await.status, status, "{kind}");
    }
}

#[tokio::test]
async fn xml_is_well_formed_whatever_a_text_holds() {
    let site = Site::with(0).await;
    let text = "a\u{0}b\u{1}c\u{fffe}<&>\"'\r\n\u{1f600}";
    let set = serde_json::json!({"short_description": text});
    site.sim.edit(serde_json::json!({"table": "incident", "set": set})).unwrap();
    let path = "/api/now/table/incident?sysparm_fields=short_description";
    let known = Simulator::CREDENTIALS;
    let asked = site.client.get(site.url(path)).basic_auth(known.user, Some(known.password));
    let said = send(asked.header("accept", "application/xml")).await;
    let shown = "a\u{fffd}b\u{fffd}c\u{fffd}&lt;&amp;&gt;&quot;&#39;&#13;\n\u{1f600}";
    let element = format!("<short_description>{shown}</short_description>");
    assert!(said.text.contains(&element), "{}", said.text);
    assert_eq!(site.list("").await[0]["short_description"], text);
}
