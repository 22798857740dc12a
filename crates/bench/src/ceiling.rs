//! The ceiling: the same answers, byte for byte, by the same HTTP server, without a program behind
//! it.

use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command};

use anyhow::{Context as _, Result, bail};
use axum::Router;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::routing::get;
use bytes::Bytes;
use tokio::net::TcpListener;

use crate::http::Connection;
use crate::nowgraph::{end, start_listening};
use crate::workload::Workload;

/// Files of the recorded answers, in the order of the workloads.
const FILES: [&str; 3] = ["one", "list", "changed"];

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
        for (workload, file) in workloads.iter().zip(FILES) {
            let answer = connection.send(workload.sample()).await?;
            if answer.status != 200 {
                bail!("{}: {}", workload.name, answer.status);
            }
            std::fs::write(folder.join(file).with_extension("head"), answer.head)?;
            std::fs::write(folder.join(file).with_extension("body"), answer.body)?;
        }
        let mut command = Command::new(std::env::current_exe()?);
        let (process, address) = start_listening(command.arg("ceiling").arg(folder))?;
        Ok(Self { process, address })
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        end(&mut self.process);
    }
}

/// Answers the recorded answers until the process is ended.
pub(crate) async fn serve(folder: &Path) -> Result<()> {
    let answers = FILES.map(|file| recorded(folder, file));
    let [one, list, changed] = answers;
    let (one, list, changed) = (one?, list?, changed?);
    let router = Router::new()
        .route("/beta/deviceManagement/serviceNowConnections", get(async move || list.clone()))
        .route(
            "/beta/deviceManagement/serviceNowConnections/{id}",
            get(async move || one.clone()).patch(async move |_: Bytes| changed.clone()),
        );
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    println!("listening on http://{}", listener.local_addr()?);
    Ok(axum::serve(listener, router).await?)
}

fn recorded(folder: &Path, file: &str) -> Result<(HeaderMap, Bytes)> {
    let head = std::fs::read_to_string(folder.join(file).with_extension("head"))?;
    let body = std::fs::read(folder.join(file).with_extension("body"))?;
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
