//! How long an instance takes to start, how much memory its rows take, and how long a page of 1,000
//! rows with 30 fields takes, walked by keyset over TCP. Beside it the ceiling, measured in the same
//! run with the same client: the same bytes, served by a server that only has them in memory.
//! `cargo run --release -p snow-sim --example pages [INCIDENTS…]`.
#![expect(clippy::print_stdout, reason = "it is for reading")]
#![expect(clippy::disallowed_methods, reason = "time is what is measured")]

use std::net::SocketAddr;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use http_body_util::Full;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use reqwest::Client;
use serde_json::Value;
use snow_sim::{Simulator, Size};
use tokio::net::TcpListener;

type Failure = Box<dyn std::error::Error>;

const FIELDS: &str = "sys_id,number,caller_id,opened_by,assigned_to,assignment_group,cmdb_ci,\
                      short_description,description,state,hold_reason,active,impact,urgency,severity,\
                      priority,category,subcategory,contact_type,opened_at,resolved_at,closed_at,\
                      close_code,close_notes,correlation_id,parent_incident,reopen_count,\
                      sys_created_on,sys_updated_on,sys_mod_count";
/// Pages of one walk at most.
const PAGES: usize = 300;
const ANYWHERE: ([u8; 4], u16) = ([127, 0, 0, 1], 0);

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let given: Result<Vec<u32>, _> = std::env::args().skip(1).map(|text| text.parse()).collect();
    let sizes = Some(given?).filter(|sizes| !sizes.is_empty());
    println!(
        "{:>9} {:>9} {:>9}  {:<28} {:>6} {:>9} {:>9} {:>9} {:>9}",
        "incidents",
        "start",
        "memory",
        "page of 1,000 rows",
        "pages",
        "least",
        "median",
        "95 %",
        "longest"
    );
    for incidents in sizes.unwrap_or_else(|| vec![10_000, 100_000, 1_000_000]) {
        measure(incidents).await?;
    }
    Ok(())
}

async fn measure(incidents: u32) -> Result<(), Failure> {
    let before = resident()?;
    let began = Instant::now();
    let size = Size { incidents, users: 1000, seed: 1 };
    let clock = Box::new(|| {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        i64::try_from(since.as_secs()).unwrap_or(0)
    });
    let simulator = Simulator::start(SocketAddr::from(ANYWHERE), &size, None, clock).await?;
    let start = began.elapsed();
    let memory = (resident()?.saturating_sub(before)) / 1024;
    let client = Client::builder().no_proxy().gzip(false).build()?;
    let packing = Client::builder().no_proxy().build()?;
    let origin = format!("http://{}", simulator.address());
    let kinds = [
        ("values", &client, "sysparm_exclude_reference_link=true"),
        ("values, counted", &client, "sysparm_exclude_reference_link=true&count"),
        ("values and links", &client, ""),
        ("values and display values", &client, "sysparm_display_value=all"),
        ("values in gzip", &packing, "sysparm_exclude_reference_link=true"),
    ];
    let mut page = Bytes::new();
    for (name, client, parameters) in kinds {
        let (times, last) = walk(client, &origin, parameters).await?;
        println!("{incidents:>9} {start:>9.0?} {memory:>6} MB  {}", line(name, times));
        page = if page.is_empty() { last } else { page };
    }
    let ceiling = serve_only(page.clone()).await?;
    let mut times = Vec::new();
    for _ in 0..PAGES {
        let began = Instant::now();
        client.get(&ceiling).send().await?.bytes().await?;
        times.push(began.elapsed());
    }
    let name = format!("ceiling: {} KB of memory", page.len() / 1024);
    println!("{incidents:>9} {:>9} {:>9}  {}", "", "", line(&name, times));
    Ok(())
}

/// The times of the pages, and a whole one.
async fn walk(
    client: &Client,
    origin: &str,
    parameters: &str,
) -> Result<(Vec<Duration>, Bytes), Failure> {
    let known = Simulator::CREDENTIALS;
    let count = if parameters.ends_with("count") { "false" } else { "true" };
    let (mut times, mut whole) = (Vec::new(), Bytes::new());
    let mut query = "ORDERBYsys_updated_on^ORDERBYsys_id".to_owned();
    while times.len() < PAGES {
        let encoded: String = url::form_urlencoded::byte_serialize(query.as_bytes()).collect();
        let address = format!(
            "{origin}/api/now/table/incident?sysparm_query={encoded}&sysparm_limit=1000\
             &sysparm_no_count={count}&sysparm_fields={FIELDS}&{parameters}"
        );
        let request = client.get(address).header("x-sn-apikey", known.api_key);
        let began = Instant::now();
        let body = request.send().await?.error_for_status()?.bytes().await?;
        let time = began.elapsed();
        let answer: Value = serde_json::from_slice(&body)?;
        let rows = answer.get("result").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        let Some(last) = rows.last() else { break };
        if rows.len() == 1000 {
            times.push(time);
            whole = body;
        }
        let of = |name: &str| {
            let value = last.get(name).unwrap_or(&Value::Null);
            value.get("value").unwrap_or(value).as_str().unwrap_or("").to_owned()
        };
        let (at, id) = (of("sys_updated_on"), of("sys_id"));
        query = format!(
            "sys_updated_on>{at}^NQsys_updated_on={at}^sys_id>{id}\
             ^ORDERBYsys_updated_on^ORDERBYsys_id"
        );
    }
    Ok((times, whole))
}

fn line(name: &str, mut times: Vec<Duration>) -> String {
    times.sort_unstable();
    let at = |share: usize| {
        times.get((times.len() * share / 100).min(times.len().saturating_sub(1))).copied()
    };
    // The least is what a machine takes that has nothing else to do.
    let [least, middle, most, longest] =
        [0, 50, 95, 100].map(|share| at(share).unwrap_or_default());
    let count = times.len();
    format!("{name:<28} {count:>6} {least:>9.2?} {middle:>9.2?} {most:>9.2?} {longest:>9.2?}")
}

/// A server that has one answer; its address.
async fn serve_only(body: Bytes) -> Result<String, Failure> {
    let listener = TcpListener::bind(SocketAddr::from(ANYWHERE)).await?;
    let address = format!("http://{}/", listener.local_addr()?);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            stream.set_nodelay(true).ok();
            let body = body.clone();
            let service = service_fn(move |_| {
                let answer = hyper::Response::new(Full::new(body.clone()));
                async { Ok::<_, std::convert::Infallible>(answer) }
            });
            let connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
            tokio::spawn(connection);
        }
    });
    Ok(address)
}

/// Kilobytes of memory that this process has.
fn resident() -> Result<u64, Failure> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    Ok(line.and_then(|text| text.split_whitespace().next()).unwrap_or("0").parse()?)
}
