use std::net::SocketAddr;

use serde_json::Value;
use snow_sim::{Simulator, Size};

/// A running instance whose clock stands at 2026-06-01 12:00:00.
pub(crate) async fn start(incidents: u32) -> Simulator {
    let size = Size { incidents, users: 50, seed: 1 };
    let nowhere = SocketAddr::from(([127, 0, 0, 1], 0));
    let sim = Simulator::start(nowhere, &size, None, Box::new(|| 0)).await.unwrap();
    sim.freeze_at("2026-06-01 12:00:00").unwrap();
    sim
}

/// Rows that the simulator itself finds, without the client.
pub(crate) async fn rows(
    http: &reqwest::Client,
    sim: &Simulator,
    parameters: &[(&str, &str)],
) -> Vec<Value> {
    let url = format!("http://{}/api/now/table/incident", sim.address());
    let url = url::Url::parse_with_params(&url, parameters).unwrap();
    let known = Simulator::CREDENTIALS;
    let asked = http.get(url.clone()).basic_auth(known.user, Some(known.password));
    let answer = asked.send().await.unwrap();
    let status = answer.status().as_u16();
    let mut body: Value = answer.json().await.unwrap();
    assert_eq!(status, 200, "{url}: {body}");
    body["result"].take().as_array().unwrap().clone()
}
