//! What is asked: reading one connection, listing them, and changing them.

use std::net::SocketAddr;

use anyhow::{Context as _, Result, bail};

use crate::http::{self, Connection};
use crate::load::CLIENTS;

const PATH: &str = "/beta/deviceManagement/serviceNowConnections";
/// Connections in the collection.
const CONNECTIONS: usize = 20;

/// The requests that each client repeats.
#[derive(Debug)]
pub(crate) struct Workload {
    pub(crate) name: &'static str,
    pub(crate) requests: Vec<Vec<Vec<u8>>>,
}

impl Workload {
    /// One of the requests, to see what it is answered.
    pub(crate) fn sample(&self) -> &[u8] {
        self.all().next().unwrap_or_default()
    }

    /// The requests of all clients.
    pub(crate) fn all(&self) -> impl Iterator<Item = &[u8]> {
        self.requests.iter().flatten().map(Vec::as_slice)
    }
}

/// Creates the connections and the requests about them.
pub(crate) async fn prepare(address: SocketAddr, token: &str) -> Result<Vec<Workload>> {
    let mut connection = Connection::open(address).await?;
    let mut ids = Vec::new();
    for number in 0..CONNECTIONS {
        let answer = connection.send(&http::request("POST", PATH, token, &entity(number))).await?;
        if answer.status != 201 {
            bail!("POST: {} {}", answer.status, String::from_utf8_lossy(answer.body));
        }
        let entity: serde_json::Value = serde_json::from_slice(answer.body)?;
        ids.push(entity.get("id").and_then(|id| id.as_str()).context("no id")?.to_owned());
    }
    let item = |id: &String| format!("{PATH}/{id}");
    let get = |id| vec![http::request("GET", &item(id), token, "")];
    // Each client changes its own connection, each time to the other value, so that all write.
    let patch = |id| {
        ["enabled", "disabled"]
            .map(|status| format!("{{\"serviceNowConnectionStatus\":\"{status}\"}}"))
            .map(|body| http::request("PATCH", &item(id), token, &body))
            .to_vec()
    };
    let list = vec![http::request("GET", PATH, token, "")];
    let clients = || ids.iter().take(CLIENTS.into());
    Ok(vec![
        Workload { name: "GET one", requests: clients().map(get).collect() },
        Workload { name: "GET list of 20", requests: vec![list; CLIENTS.into()] },
        Workload { name: "PATCH", requests: clients().map(patch).collect() },
    ])
}

fn entity(number: usize) -> String {
    serde_json::json!({
        "instanceUrl": format!("https://bench{number}.service-now.com"),
        "incidentApiUrl": "/api/now/table/incident",
        "authenticationMethod": {
            "@odata.type": "#microsoft.graph.serviceNowOauthSecretAuthentication",
            "appId": "0123456789abcdef0123456789abcdef",
        },
        "serviceNowConnectionStatus": "disabled",
    })
    .to_string()
}
