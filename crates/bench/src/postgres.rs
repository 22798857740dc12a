use std::sync::atomic::{AtomicU32, Ordering};

use anyhow::{Context as _, Result};
use tokio_postgres::{Client, NoTls};

/// A database that was made for the measurement.
#[derive(Debug)]
pub(crate) struct Database {
    server: String,
    name: String,
    pub(crate) url: String,
}

impl Database {
    pub(crate) async fn create(server: &str) -> Result<Self> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("nowgraph_bench_{}_{number}", std::process::id());
        connect(server).await?.batch_execute(&format!("CREATE DATABASE {name}")).await?;
        let (address, _) = server.rsplit_once('/').context("a URL with a database")?;
        Ok(Self { url: format!("{address}/{name}"), server: server.to_owned(), name })
    }

    /// What the server does by itself some time after so many rows came.
    pub(crate) async fn vacuum(&self) -> Result<()> {
        Ok(connect(&self.url).await?.batch_execute("VACUUM ANALYZE incident").await?)
    }

    /// What it takes on disk.
    pub(crate) async fn bytes(&self) -> Result<u64> {
        let client = self.connect().await?;
        let row = client.query_one("SELECT pg_database_size(current_database())", &[]).await?;
        Ok(row.get::<_, i64>(0).try_into()?)
    }

    pub(crate) async fn connect(&self) -> Result<Client> {
        connect(&self.url).await
    }

    /// Names of the columns of a table, in order.
    pub(crate) async fn columns(&self, table: &str) -> Result<Vec<String>> {
        let columns = "SELECT attname::TEXT FROM pg_attribute WHERE attrelid = $1::TEXT::regclass \
                       AND attnum > 0 AND NOT attisdropped ORDER BY attnum";
        let rows = connect(&self.url).await?.query(columns, &[&table]).await?;
        Ok(rows.iter().map(|row| row.try_get(0)).collect::<Result<_, _>>()?)
    }

    pub(crate) async fn execute(&self, statement: &str) -> Result<()> {
        Ok(self.connect().await?.batch_execute(statement).await?)
    }

    pub(crate) async fn drop(self) -> Result<()> {
        let drop = format!("DROP DATABASE {} WITH (FORCE)", self.name);
        Ok(connect(&self.server).await?.batch_execute(&drop).await?)
    }
}

async fn connect(url: &str) -> Result<Client> {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
    tokio::spawn(connection);
    Ok(client)
}
