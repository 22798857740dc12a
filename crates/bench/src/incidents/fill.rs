use anyhow::{Context as _, Result, bail};
use serde_json::Value;
use tokio::time::Instant;

use crate::load;
use crate::nowgraph::{Program, end, start_listening};

/// Known to every simulated instance.
const CREDENTIAL: &str = r#"{"kind":"apiKey","apiKey":"now_snow-sim-api-key"}"#;
/// So many incidents has a person.
const OF_ONE: u32 = 200;

/// Fetches so many incidents of a simulated instance; answers how many a second.
pub(super) fn fill(program: &Program, rows: u32) -> Result<f64> {
    let (incidents, users) = (rows.to_string(), (rows / OF_ONE).max(1).to_string());
    let simulate = ["simulate", "--listen", "127.0.0.1:0", "--incidents", &incidents];
    let simulate = [&simulate[..], &["--users", &users]].concat();
    let (mut simulator, address) = start_listening(&mut program.command(&simulate))?;
    let mut program = program.clone();
    program.set("NOWGRAPH_EGRESS__PRIVATE", address.to_string());
    let rate = fetch(&program, &format!("http://{address}"), rows);
    end(&mut simulator);
    rate
}

fn fetch(program: &Program, instance: &str, rows: u32) -> Result<f64> {
    let create = ["connection", "create", "--instance-url", instance, "--json"];
    let create = [&create[..], &["--status", "enabled", "--app-id", "bench"]].concat();
    let made: Value = serde_json::from_str(&program.run(&create, "")?)?;
    let id = made.get("id").and_then(Value::as_str).context("no id")?;
    program.run(&["connection", "credential", "set", id], CREDENTIAL)?;
    let start = Instant::now();
    let run: Value =
        serde_json::from_str(&program.run(&["connection", "sync", id, "--json"], "")?)?;
    let took = start.elapsed().as_secs_f64();
    if run.get("stored") != Some(&rows.into()) {
        bail!("not all rows were stored: {run}");
    }
    // The instance ends.
    program.run(&["connection", "update", id, "--status", "disabled"], "")?;
    Ok(load::count(rows.try_into()?) / took)
}
