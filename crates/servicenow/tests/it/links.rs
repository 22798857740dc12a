use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::SystemTime;

use servicenow::{
    Along, ApiPath, Client, Credential, Instance, Labels, Session, Start, Table, TokenKeeper, Walk,
    is_loopback,
};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use crate::site::{self, field};

/// Answers each request with one row more, and with a link that leads to this address.
async fn misleading(to: SocketAddr) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let mut rows = 0;
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            rows += 1;
            answer(&mut stream, rows, to).await;
        }
    });
    address
}

async fn answer(stream: &mut TcpStream, row: usize, to: SocketAddr) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.unwrap());
    }
    let next = format!("<http://{to}/api/now/table/incident?sysparm_offset=1>");
    let body = format!(
        r#"{{"result":[{{"sys_id":"{row}","sys_updated_on":"2026-01-01 00:00:0{row}"}}]}}"#
    );
    let left = 4 - row;
    let answer = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\
         X-Total-Count: {left}\r\nLink: {next};rel=\"next\",{next};rel=\"last\"\r\n\
         Connection: close\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(answer.as_bytes()).await.unwrap();
}

/// Check 58.
#[tokio::test]
async fn no_link_of_an_answer_is_followed() {
    let elsewhere = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let there = elsewhere.local_addr().unwrap();
    let called = Arc::new(AtomicUsize::new(0));
    let calls = Arc::clone(&called);
    tokio::spawn(async move {
        while elsewhere.accept().await.is_ok() {
            calls.fetch_add(1, Ordering::Relaxed);
        }
    });
    let instance = Instance::parse(&format!("http://{}", misleading(there).await), is_loopback);
    let client = Client::new(instance.unwrap(), &site::outgoing(&Arc::default())).unwrap();
    let store = Arc::new(|_| Box::pin(async { Ok(()) }) as _);
    let keeper = TokenKeeper::new(client.clone(), Credential::Fixed(site::admin()), store);
    let session = Session::new(client, keeper);

    let path = ApiPath::table(&field("incident"));
    let table =
        Table { path, filter: "".parse().unwrap(), fields: Vec::new(), labels: Labels::Without };
    let along = Along::Updates { from: None, until: None };
    let mut walk = Walk::new(table, along, Start::Beginning);
    let mut keys = Vec::new();
    while let Some(request) = walk.request(1) {
        let mut page = session.page(&request, SystemTime::UNIX_EPOCH).await.unwrap();
        for row in site::read(&mut page).await.unwrap() {
            walk.saw(&row).unwrap();
            keys.push(row.value(&field("sys_id")).unwrap().to_owned());
        }
        walk.page_ended(page.total());
    }
    assert_eq!(keys, ["1", "2", "3"]);
    assert_eq!(called.load(Ordering::Relaxed), 0);
}
