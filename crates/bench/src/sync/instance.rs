use std::net::SocketAddr;
use std::path::Path;
use std::process::Child;

use anyhow::{Result, bail};
use reqwest::{Client, Method};
use serde_json::Value;

use crate::nowgraph::{Program, end, start_listening};

/// Known to every simulated instance.
pub(super) const API_KEY: &str = "now_snow-sim-api-key";
/// So many incidents has a person.
const OF_ONE: u32 = 200;

/// A simulated instance. Dropping it ends it.
#[derive(Debug)]
pub(super) struct Instance {
    process: Child,
    pub(super) address: SocketAddr,
    pub(super) rows: u32,
    http: Client,
}

impl Instance {
    pub(super) fn start(binary: &Path, folder: &Path, rows: u32) -> Result<Self> {
        let program = Program::with_sqlite(binary, folder);
        let (incidents, users) = (rows.to_string(), (rows / OF_ONE).max(1).to_string());
        let simulate = ["simulate", "--listen", "127.0.0.1:0", "--incidents", &incidents];
        let simulate = [&simulate[..], &["--users", &users]].concat();
        let (process, address) = start_listening(&mut program.command(&simulate))?;
        let http = Client::builder().no_proxy().no_gzip().build()?;
        Ok(Self { process, address, rows, http })
    }

    /// Says something to it that no instance understands.
    pub(super) async fn control(&self, method: Method, what: &str, body: String) -> Result<Value> {
        let url = format!("http://{}/_sim/{what}", self.address);
        let answer = self.http.request(method, url).body(body).send().await?;
        let (status, text) = (answer.status(), answer.text().await?);
        if !status.is_success() {
            bail!("{what}: {status} {text}");
        }
        Ok(if text.is_empty() { Value::Null } else { serde_json::from_str(&text)? })
    }

    /// Reads a page without looking at it; answers how many bytes came.
    pub(super) async fn page(&self, target: &str) -> Result<u64> {
        let request = self.http.get(format!("http://{}{target}", self.address));
        let request = request.header("x-sn-apikey", API_KEY).header("Accept-Encoding", "gzip");
        let mut answer = request.send().await?.error_for_status()?;
        let mut bytes = 0;
        while let Some(piece) = answer.chunk().await? {
            bytes += u64::try_from(piece.len())?;
        }
        Ok(bytes)
    }
}

impl Drop for Instance {
    fn drop(&mut self) {
        end(&mut self.process);
    }
}
