use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::time::sleep;

use super::instance::{API_KEY, Instance};
use super::spent::Spent;
use crate::http::{self, Connection};
use crate::nowgraph::Nowgraph;

/// A first sync that is over.
#[derive(Debug)]
pub(super) struct First {
    pub(super) connection: String,
    pub(super) rows: u32,
    pub(super) spent: Spent,
    pub(super) peak_bytes: u64,
    /// What was asked of the instance, in this order.
    pub(super) pages: Vec<String>,
}

/// How often it is looked whether the sync has ended.
const LOOK: Duration = Duration::from_millis(100);

/// Turns a connection on and waits for its first pass.
pub(super) async fn fetch(nowgraph: &Nowgraph, instance: &Instance) -> Result<First> {
    let connection = connect(nowgraph, instance)?;
    instance.control(Method::DELETE, "log", String::new()).await?;
    let before = nowgraph.processor_seconds()?;
    nowgraph.program().run(&["connection", "update", &connection, "--status", "enabled"], "")?;
    let run = ended(nowgraph, &connection).await?;
    let processor = nowgraph.processor_seconds()? - before;
    let seconds = time(&run, "finishedDateTime")? - time(&run, "startedDateTime")?;
    if run.get("stored") != Some(&instance.rows.into()) {
        bail!("not all rows were stored: {run}");
    }
    let log = instance.control(Method::GET, "log", String::new()).await?;
    Ok(First {
        rows: instance.rows,
        spent: Spent { seconds, processor },
        peak_bytes: nowgraph.peak_bytes()?,
        pages: pages(&log)?,
        connection,
    })
}

fn connect(nowgraph: &Nowgraph, instance: &Instance) -> Result<String> {
    let url = format!("http://{}", instance.address);
    let create = ["connection", "create", "--instance-url", &url, "--app-id", "bench", "--json"];
    let made: Value = serde_json::from_str(&nowgraph.program().run(&create, "")?)?;
    let id = made.get("id").and_then(Value::as_str).context("no id")?;
    let key = json!({"kind": "apiKey", "apiKey": API_KEY}).to_string();
    nowgraph.program().run(&["connection", "credential", "set", id], &key)?;
    Ok(id.to_owned())
}

/// The first run, once it is over.
async fn ended(nowgraph: &Nowgraph, connection: &str) -> Result<Value> {
    let target = format!("/connector/v1/connections/{connection}/runs");
    let request = http::request("GET", &target, &nowgraph.token()?, "");
    let mut asking = Connection::open(nowgraph.address).await?;
    loop {
        let runs: Value = serde_json::from_slice(asking.send(&request).await?.body)?;
        let runs = runs.get("value").and_then(Value::as_array).context("no runs")?;
        let first = runs.last();
        match first.and_then(|run| run.get("status")?.as_str()) {
            Some("succeeded") => return first.cloned().context("no run"),
            None | Some("queued" | "running") => sleep(LOOK).await,
            Some(_) => bail!("the first pass did not succeed: {first:?}"),
        }
    }
}

fn time(run: &Value, name: &str) -> Result<f64> {
    let text = run.get(name).and_then(Value::as_str).with_context(|| format!("no {name}"))?;
    let at: jiff::Timestamp = text.parse()?;
    Ok(at.duration_since(jiff::Timestamp::UNIX_EPOCH).as_secs_f64())
}

/// The pages of incidents, as they were asked for.
fn pages(log: &Value) -> Result<Vec<String>> {
    let log = log.as_array().context("no log")?;
    let text = |entry: &Value, name| entry.get(name).and_then(Value::as_str).map(str::to_owned);
    let pages = log.iter().filter_map(|entry| {
        let (path, query) = (text(entry, "path")?, text(entry, "query")?);
        path.ends_with("/table/incident").then(|| format!("{path}?{query}"))
    });
    Ok(pages.collect())
}
