use std::fmt;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::time::{Instant, sleep, timeout};

use super::instance::Instance;
use crate::http::{self, Connection};
use crate::nowgraph::Nowgraph;

/// From a change at the instance to the moment that it is read here.
#[derive(Debug)]
pub(super) struct Delays(Vec<Duration>);

const CHANGES: usize = 21;
/// How often it is asked for.
const LOOK: Duration = Duration::from_millis(10);
/// A change that takes longer is lost.
const LONGEST: Duration = Duration::from_mins(1);

/// Changes an incident again and again and reads it until the change shows.
pub(super) async fn measure(
    nowgraph: &Nowgraph,
    instance: &Instance,
    connection: &str,
) -> Result<Delays> {
    let token = nowgraph.token()?;
    let mut asking = Connection::open(nowgraph.address).await?;
    let some = http::request("GET", "/connector/v1/incidents?$top=1&$select=sysId", &token, "");
    let some: Value = serde_json::from_slice(asking.send(&some).await?.body)?;
    let row = some.get("value").and_then(|rows| rows.get(0)?.get("sysId")?.as_str());
    let row = row.context("no incident")?.to_owned();
    let target = format!("/connector/v1/incidents/{connection}/{row}?$select=shortDescription");
    let request = http::request("GET", &target, &token, "");
    let mut delays = Vec::new();
    for change in 0..CHANGES {
        let text = format!("change {change}");
        let edit = json!([{"table": "incident", "sys_id": row, "touch": true,
            "set": {"short_description": text}}]);
        instance.control(Method::POST, "edits", edit.to_string()).await?;
        let start = Instant::now();
        let seen = timeout(LONGEST, until(&mut asking, &request, &text)).await;
        seen.with_context(|| format!("{text} was not seen"))??;
        delays.push(start.elapsed());
    }
    delays.sort_unstable();
    Ok(Delays(delays))
}

async fn until(asking: &mut Connection, request: &[u8], text: &str) -> Result<()> {
    loop {
        let answer = asking.send(request).await?;
        if answer.status != 200 {
            bail!("{}: {}", answer.status, String::from_utf8_lossy(answer.body));
        }
        let row: Value = serde_json::from_slice(answer.body)?;
        if row.get("shortDescription").and_then(Value::as_str) == Some(text) {
            return Ok(());
        }
        sleep(LOOK).await;
    }
}

impl fmt::Display for Delays {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = |place: usize| self.0.get(place).map_or(0.0, Duration::as_secs_f64);
        write!(
            f,
            "change to visible {:7.2} s in the middle, {:.2} s at most of {}; interval 1 s",
            at(self.0.len() / 2),
            at(self.0.len().saturating_sub(1)),
            self.0.len()
        )
    }
}
