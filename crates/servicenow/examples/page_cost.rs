//! What it costs to read pages row by row, beside only downloading the same bytes, and how much
//! memory it takes: `cargo run --release -p servicenow --example page_cost`.
#![expect(clippy::print_stdout, reason = "it is a program")]

use std::error::Error;
use std::fs;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use servicenow::{
    ApiPath, Authorization, Client, Instance, Outgoing, PageRequest, Query, Timeouts, is_loopback,
};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, lookup_host};
use tokio::time::Instant;

const ROUNDS: u32 = 10;
/// A row of 25 fields with labels, as a sync asks for.
const FIELDS: usize = 25;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    println!("rows a page, MiB; MiB/s and rows/s downloaded, read; ratio; MiB more at the peak");
    for rows in [100, 1000, 6000] {
        let body = page(rows);
        let (megabytes, count) =
            (f64::from(u32::try_from(body.len())?) / 1_048_576.0, f64::from(rows));
        let address = serve(body).await?;
        let downloaded = download(address).await?;
        let before = peak().unwrap_or_default();
        let read = read(address, rows).await?;
        let more = peak().unwrap_or_default() - before;
        println!(
            "{rows:5} {megabytes:5.1}; {:6.0} {:8.0}; {:6.0} {:8.0}; {:4.2}; {more:.1}",
            megabytes / downloaded,
            count / downloaded,
            megabytes / read,
            count / read,
            read / downloaded,
        );
    }
    Ok(())
}

/// Seconds for one page.
async fn download(address: SocketAddr) -> Result<f64, Box<dyn Error>> {
    let http = reqwest::Client::builder().no_proxy().build()?;
    let start = Instant::now();
    for _ in 0..ROUNDS {
        let mut answer = http.get(format!("http://{address}/")).send().await?;
        while answer.chunk().await?.is_some() {}
    }
    Ok(start.elapsed().as_secs_f64() / f64::from(ROUNDS))
}

async fn read(address: SocketAddr, rows: u32) -> Result<f64, Box<dyn Error>> {
    let timeouts = Timeouts { connect: Duration::from_secs(5), total: Duration::from_mins(1) };
    let (private_ca, client_certificate, proxy) = (None, None, None);
    let resolver = Arc::new(Anywhere);
    let outgoing = Outgoing { resolver, timeouts, private_ca, client_certificate, proxy };
    let instance = Instance::parse(&format!("http://{address}"), is_loopback)?;
    let client = Client::new(instance, &outgoing)?;
    let path = ApiPath::parse("api/now/table/incident")?;
    let request = PageRequest::new(path, Query::all(), Vec::new(), rows);
    let authorization = Authorization::ApiKey("x".into());
    let start = Instant::now();
    for _ in 0..ROUNDS {
        let mut page = client.page(&authorization, &request).await?;
        let mut seen = 0;
        while page.next().await?.is_some() {
            seen += 1;
        }
        assert_eq!(seen, rows);
    }
    Ok(start.elapsed().as_secs_f64() / f64::from(ROUNDS))
}

fn page(rows: u32) -> Vec<u8> {
    let row = |row: u32| {
        let field = |field: usize| {
            format!(
                r#""field_number_{field}":{{"display_value":"A label of {row}","value":"{row:032x}"}}"#
            )
        };
        format!("{{{}}}", (0..FIELDS).map(field).collect::<Vec<_>>().join(","))
    };
    format!("{{\"result\":[{}]}}", (0..rows).map(row).collect::<Vec<_>>().join(",")).into_bytes()
}

/// Answers every request with the page.
async fn serve(body: Vec<u8>) -> Result<SocketAddr, Box<dyn Error>> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let head = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    let body = Arc::new(body);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let (head, body) = (head.clone(), Arc::clone(&body));
            tokio::spawn(async move {
                let mut request = [0; 4096];
                while stream.read(&mut request).await.is_ok_and(|read| read > 0) {
                    stream.write_all(head.as_bytes()).await?;
                    stream.write_all(&body).await?;
                }
                Ok::<(), std::io::Error>(())
            });
        }
    });
    Ok(address)
}

/// MiB that this process had at most, where the system tells.
fn peak() -> Option<f64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes: f64 = line.trim().trim_end_matches(" kB").parse().ok()?;
    Some(kibibytes / 1024.0)
}

struct Anywhere;

impl Resolve for Anywhere {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found: Vec<SocketAddr> = lookup_host((name.as_str(), 0)).await?.collect();
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}
