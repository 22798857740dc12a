//! The load: a fixed number of clients, each sending its next request when the last is answered.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Result, bail};
use tokio::task::JoinSet;
use tokio::time::Instant;

use crate::http::Connection;

/// Clients at the same time, each on a connection of its own.
pub(crate) const CLIENTS: u16 = 16;

/// What one measurement saw.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rate {
    pub(crate) per_second: f64,
    pub(crate) p50: Duration,
    pub(crate) p99: Duration,
}

/// Runs every client's requests round and round for the time. An answer other than 200 ends the
/// measurement: a server that refuses is fast.
pub(crate) async fn run(
    address: SocketAddr,
    requests: &[Vec<Vec<u8>>],
    length: Duration,
) -> Result<Rate> {
    let mut clients = JoinSet::new();
    let start = Instant::now();
    for requests in requests {
        clients.spawn(client(address, requests.clone(), start + length));
    }
    let mut times = Vec::new();
    while let Some(client) = clients.join_next().await {
        times.extend(client??);
    }
    let elapsed = start.elapsed().as_secs_f64();
    times.sort_unstable();
    let at = |percent| times.get(times.len() * percent / 100).copied().unwrap_or_default();
    Ok(Rate { per_second: count(times.len()) / elapsed, p50: at(50), p99: at(99) })
}

async fn client(
    address: SocketAddr,
    requests: Vec<Vec<u8>>,
    end: Instant,
) -> Result<Vec<Duration>> {
    let mut connection = Connection::open(address).await?;
    let mut times = Vec::with_capacity(1 << 16);
    for request in requests.iter().cycle() {
        let start = Instant::now();
        if start >= end {
            break;
        }
        let answer = connection.send(request).await?;
        if answer.status != 200 {
            bail!("{}: {}", answer.status, String::from_utf8_lossy(answer.body));
        }
        times.push(start.elapsed());
    }
    Ok(times)
}

/// A count as a number to divide.
pub(crate) fn count(number: usize) -> f64 {
    f64::from(u32::try_from(number).unwrap_or(u32::MAX))
}
