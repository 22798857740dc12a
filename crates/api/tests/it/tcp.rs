//! What only a real connection shows.

use std::net::SocketAddr;

use testkit::{CONNECTIONS, Server};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

async fn serve(server: &Server) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = server.router();
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    address
}

/// Sends the head and, where the answer asks for more, the body; reads until the server closes.
async fn exchange(address: SocketAddr, request: &str) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    read_to_end(&mut stream).await
}

/// A server that refuses a body may reset the connection behind its answer.
async fn read_to_end(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    while stream.read_buf(&mut bytes).await.is_ok_and(|read| read > 0) {}
    String::from_utf8(bytes).unwrap()
}

#[track_caller]
fn check(answer: &str, starts: &str, contains: &str) {
    assert!(answer.starts_with(starts), "{answer}");
    assert!(answer.contains(contains), "{answer}");
}

#[tokio::test]
async fn the_target_says_which_host_was_meant() {
    let server = Server::sqlite().await;
    let (admin, address) = (server.admin().await, serve(&server).await);
    let get = async |target: &str, host: &str| {
        let head = format!("GET {target} HTTP/1.1\r\n{host}authorization: Bearer {admin}\r\n");
        exchange(address, &format!("{head}connection: close\r\n\r\n")).await
    };
    let own = get(CONNECTIONS, "host: one:1\r\n").await;
    check(&own, "HTTP/1.1 200 OK\r\n", "\"@odata.context\":\"http://one:1/beta/$metadata#");
    check(&own, "HTTP/1.1 200 OK\r\n", "\r\ndate: ");
    let absolute = get(&format!("http://two:2{CONNECTIONS}"), "host: one:1\r\n").await;
    check(&absolute, "HTTP/1.1 200 OK\r\n", "\"@odata.context\":\"http://two:2/beta/$metadata#");
    let missing = get(&format!("http://two:2{CONNECTIONS}/x"), "host: one:1\r\n").await;
    check(&missing, "HTTP/1.1 404 ", &format!("Url: http://two:2{CONNECTIONS}/x\\"));
    let no_host = get(CONNECTIONS, "").await;
    check(&no_host, "HTTP/1.1 400 ", "The request names no valid host.");
    let two = get(CONNECTIONS, "host: one:1\r\nhost: two:2\r\n").await;
    check(&two, "HTTP/1.1 400 ", "The request names no valid host.");
    let userinfo = get(CONNECTIONS, "host: a@b\r\n").await;
    check(&userinfo, "HTTP/1.1 400 ", "The request names no valid host.");
}

#[tokio::test]
async fn http_1_0_is_understood() {
    let server = Server::sqlite().await;
    let (admin, address) = (server.admin().await, serve(&server).await);
    let probe = exchange(address, "GET /livez HTTP/1.0\r\n\r\n").await;
    check(&probe, "HTTP/1.0 200 OK\r\n", "\r\n\r\nok\n");
    let head = format!("GET {CONNECTIONS} HTTP/1.0\r\nauthorization: Bearer {admin}\r\n");
    let hostless = exchange(address, &format!("{head}\r\n")).await;
    check(&hostless, "HTTP/1.0 400 ", "The request names no valid host.");
    let full = exchange(address, &format!("{head}host: one\r\n\r\n")).await;
    check(&full, "HTTP/1.0 200 OK\r\n", "content-length: ");
}

#[tokio::test]
async fn answers_without_a_body_keep_the_connection_in_step() {
    let server = Server::sqlite().await;
    let (admin, address) = (server.admin().await, serve(&server).await);
    let one = crate::given::connection(&server, &admin).await;
    let auth = format!("host: one\r\nauthorization: Bearer {admin}\r\n");
    let requests = [
        format!("HEAD {one} HTTP/1.1\r\n{auth}\r\n"),
        format!("GET {one} HTTP/1.1\r\n{auth}if-none-match: *\r\n\r\n"),
        format!("OPTIONS {one} HTTP/1.1\r\nhost: one\r\n\r\n"),
        format!("DELETE {one} HTTP/1.1\r\n{auth}\r\n"),
        "GET /livez HTTP/1.1\r\nhost: one\r\nconnection: close\r\n\r\n".to_owned(),
    ];
    let answers = exchange(address, &requests.concat()).await;
    let statuses: Vec<_> =
        answers.split("HTTP/1.1 ").skip(1).map(|answer| answer.get(..3).unwrap()).collect();
    assert_eq!(statuses, ["200", "304", "200", "204", "200"]);
    assert!(answers.ends_with("\r\n\r\nok\n"), "{answers}");
    let no_content =
        answers.split("HTTP/1.1 204").nth(1).unwrap().split("HTTP/1.1").next().unwrap();
    assert!(!no_content.contains("content-length") && !no_content.contains("transfer-encoding"));
}

#[tokio::test]
async fn headers_cannot_be_smuggled_through_an_id() {
    let server = Server::sqlite().await;
    let address = serve(&server).await;
    for id in ["a\rset-cookie: b", "a\nset-cookie: b", "a\r\n set-cookie: b", "a\0b"] {
        let head = "GET /livez HTTP/1.1\r\nhost: one\r\nconnection: close\r\n";
        let answer = exchange(address, &format!("{head}client-request-id: {id}\r\n\r\n")).await;
        assert!(!answer.contains("\r\nset-cookie"), "{answer}");
    }
}

#[tokio::test]
async fn a_body_is_asked_for_only_when_it_is_wanted() {
    let server = Server::sqlite().await;
    let (admin, address) = (server.admin().await, serve(&server).await);
    let head = |token: &str, length: usize| {
        format!(
            "POST {CONNECTIONS} HTTP/1.1\r\nhost: one\r\nauthorization: Bearer {token}\r\n\
             content-type: application/json\r\ncontent-length: {length}\r\n\
             expect: 100-continue\r\nconnection: close\r\n\r\n"
        )
    };
    let stranger = exchange(address, &head("junk", 2)).await;
    check(&stranger, "HTTP/1.1 401 ", "InvalidAuthenticationToken");
    let huge = exchange(address, &head(&admin, 1 << 30)).await;
    check(&huge, "HTTP/1.1 413 ", "RequestEntityTooLarge");
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(head(&admin, 2).as_bytes()).await.unwrap();
    let mut invitation = [0; 25];
    stream.read_exact(&mut invitation).await.unwrap();
    assert_eq!(&invitation, b"HTTP/1.1 100 Continue\r\n\r\n");
    stream.write_all(b"{}").await.unwrap();
    check(
        &read_to_end(&mut stream).await,
        "HTTP/1.1 201 Created\r\n",
        "\r\nlocation: http://one/beta/",
    );
}

#[tokio::test]
async fn a_client_that_sends_all_before_it_reads_hears_the_refusal() {
    let server = Server::sqlite().await;
    let (admin, address) = (server.admin().await, serve(&server).await);
    let head = format!(
        "POST {CONNECTIONS} HTTP/1.1\r\nhost: one\r\nauthorization: Bearer {admin}\r\n\
         content-type: application/json\r\n"
    );
    let body = " ".repeat(5_000_000);
    let announced = format!("{head}content-length: {}\r\n\r\n{body}", body.len());
    let length = body.len();
    let chunked =
        format!("{head}transfer-encoding: chunked\r\n\r\n{length:x}\r\n{body}\r\n0\r\n\r\n");
    for request in [announced, chunked] {
        let answer = exchange(address, &request).await;
        check(&answer, "HTTP/1.1 413 ", "\r\nconnection: close\r\n");
        check(&answer, "HTTP/1.1 413 ", "{\"error\":{\"code\":\"RequestEntityTooLarge\",");
    }
}

#[tokio::test]
async fn chunks_end_at_the_limit_and_with_them_the_connection() {
    let server = Server::sqlite().await;
    let (admin, address) = (server.admin().await, serve(&server).await);
    let mut stream = TcpStream::connect(address).await.unwrap();
    let head = format!(
        "POST {CONNECTIONS} HTTP/1.1\r\nhost: one\r\nauthorization: Bearer {admin}\r\n\
         content-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    let chunk = format!("10000\r\n{}\r\n", " ".repeat(0x10000));
    for _ in 0..17 {
        stream.write_all(chunk.as_bytes()).await.unwrap();
    }
    stream.write_all(b"0\r\n\r\n").await.unwrap();
    let answer = read_to_end(&mut stream).await;
    check(&answer, "HTTP/1.1 413 ", "\r\nconnection: close\r\n");
    let bad = format!("{head}zz\r\n{{}}\r\n0\r\n\r\n");
    check(&exchange(address, &bad).await, "HTTP/1.1 400 ", "");
    assert_eq!(crate::given::count(&server, &admin).await, 0);
}
