use anyhow::{Context as _, Result};
use tokio_postgres::{Client, NoTls};

/// A database that was made for the measurement.
#[derive(Debug)]
pub(super) struct Database {
    server: String,
    name: String,
    pub(super) url: String,
}

impl Database {
    pub(super) async fn create(server: &str) -> Result<Self> {
        let name = format!("nowgraph_bench_{}", std::process::id());
        connect(server).await?.batch_execute(&format!("CREATE DATABASE {name}")).await?;
        let (address, _) = server.rsplit_once('/').context("a URL with a database")?;
        Ok(Self { url: format!("{address}/{name}"), server: server.to_owned(), name })
    }

    /// What the server does by itself some time after so many rows came.
    pub(super) async fn vacuum(&self) -> Result<()> {
        Ok(connect(&self.url).await?.batch_execute("VACUUM ANALYZE incident").await?)
    }

    pub(super) async fn drop(self) -> Result<()> {
        let drop = format!("DROP DATABASE {} WITH (FORCE)", self.name);
        Ok(connect(&self.server).await?.batch_execute(&drop).await?)
    }
}

async fn connect(url: &str) -> Result<Client> {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
    tokio::spawn(connection);
    Ok(client)
}
