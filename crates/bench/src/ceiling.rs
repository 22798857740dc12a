//! The ceiling: the same answers, byte for byte, by the same HTTP server, without a program behind
//! it.

use std::collections::{BTreeSet, HashMap};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command};
use std::sync::Arc;

use anyhow::{Context as _, Result, bail};
use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri};
use bytes::Bytes;
use tokio::net::TcpListener;

use crate::http::{self, Connection};
use crate::nowgraph::{end, start_listening};
use crate::workload::Workload;

/// What is answered, by method and target.
type Answers = HashMap<String, (HeaderMap, Bytes)>;

/// A process that answers what nowgraph answered. Dropping it ends it.
#[derive(Debug)]
pub(crate) struct Process {
    process: Child,
    pub(crate) address: SocketAddr,
}

impl Process {
    /// Records one answer to each workload and starts a process that repeats them.
    pub(crate) async fn start(
        folder: &Path,
        nowgraph: SocketAddr,
        workloads: &[Workload],
    ) -> Result<Self> {
        let mut connection = Connection::open(nowgraph).await?;
        for (number, workload) in workloads.iter().enumerate() {
            let answer = connection.send(workload.sample()).await?;
            if answer.status != 200 {
                bail!("{}: {}", workload.name, answer.status);
            }
            let file = folder.join(number.to_string());
            std::fs::write(file.with_extension("head"), answer.head)?;
            std::fs::write(file.with_extension("body"), answer.body)?;
            let lines: BTreeSet<_> = workload.all().map(http::line).collect();
            let lines: Vec<_> = lines.into_iter().collect();
            std::fs::write(file.with_extension("lines"), lines.join("\n"))?;
        }
        let mut command = Command::new(std::env::current_exe()?);
        let (process, address) =
            start_listening(command.arg("ceiling").arg(folder).arg(workloads.len().to_string()))?;
        Ok(Self { process, address })
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        end(&mut self.process);
    }
}

/// Answers the recorded answers until the process is ended.
pub(crate) async fn serve(folder: &Path, workloads: usize) -> Result<()> {
    let mut answers = Answers::new();
    for number in 0..workloads {
        let file = folder.join(number.to_string());
        let answer = recorded(&file)?;
        let lines = std::fs::read_to_string(file.with_extension("lines"))?;
        answers.extend(lines.lines().map(|line| (line.to_owned(), answer.clone())));
    }
    let router = Router::new().fallback(answer).with_state(Arc::new(answers));
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    println!("listening on http://{}", listener.local_addr()?);
    Ok(axum::serve(listener, router).await?)
}

/// The body is read, as whoever does something with it has to.
async fn answer(
    State(answers): State<Arc<Answers>>,
    method: Method,
    uri: Uri,
    _: Bytes,
) -> Result<(HeaderMap, Bytes), StatusCode> {
    let answer = answers.get(&format!("{method} {uri}"));
    answer.cloned().ok_or(StatusCode::NOT_FOUND)
}

fn recorded(file: &Path) -> Result<(HeaderMap, Bytes)> {
    let head = std::fs::read_to_string(file.with_extension("head"))?;
    let body = std::fs::read(file.with_extension("body"))?;
    let mut headers = HeaderMap::new();
    for line in head.lines() {
        let (name, value) = line.split_once(':').context("a header without a colon")?;
        // The server itself writes these.
        if !["content-length", "date", "connection"].contains(&name.to_lowercase().as_str()) {
            headers.append(
                HeaderName::from_bytes(name.as_bytes())?,
                HeaderValue::from_str(value.trim())?,
            );
        }
    }
    Ok((headers, body.into()))
}
