//! The rows of a synced database, written page by page by the driver alone into an empty one of the
//! same schema. Only the writing counts.

use anyhow::{Context as _, Result};
use rusqlite::types::Value;
use rusqlite::{Connection, ToSql, params_from_iter};
use tokio_postgres::Client;
use tokio_postgres::types::ToSql as PostgresValue;

use super::spent::Spent;
use crate::postgres::Database;

const PAGE: usize = 1000;
const KEY: [&str; 3] = ["tenant_id", "connection_id", "sys_id"];

/// Between two files of SQLite.
pub(super) fn sqlite(from: &str, to: &str) -> Result<Spent> {
    let open = |url: &str| -> Result<Connection> {
        let file = url.strip_prefix("sqlite://").context("a file of SQLite")?;
        Ok(Connection::open(file)?)
    };
    let (from, mut to) = (open(from)?, open(to)?);
    to.execute_batch("PRAGMA synchronous = FULL; PRAGMA cache_size = -65536")?;
    let mut select = from.prepare("SELECT * FROM incident ORDER BY rowid")?;
    let names: Vec<String> = select.column_names().map(str::to_owned).collect();
    let places = vec!["?"; names.len()].join(", ");
    let upsert = format!(
        "INSERT INTO incident ({}) VALUES ({places}) {}",
        names.join(", "),
        conflict(&names)
    );
    let mut rows = select.query([])?;
    let mut took = Spent::default();
    loop {
        let mut page: Vec<Vec<Value>> = Vec::with_capacity(PAGE);
        while page.len() < PAGE
            && let Some(row) = rows.next()?
        {
            page.push((0..names.len()).map(|place| row.get(place)).collect::<Result<_, _>>()?);
        }
        if page.is_empty() {
            return Ok(took);
        }
        let begun = Spent::begin()?;
        let transaction = to.transaction()?;
        {
            let mut upsert = transaction.prepare_cached(&upsert)?;
            for row in &page {
                upsert.execute(params_from_iter(row.iter().map(|value| value as &dyn ToSql)))?;
            }
        }
        transaction.commit()?;
        took.add(&begun)?;
    }
}

/// Between two databases of PostgreSQL.
pub(super) async fn postgres(from: &Database, to: &Database) -> Result<Spent> {
    let (from, to) = (from.connect().await?, to.connect().await?);
    let columns = columns(&to).await?;
    let names: Vec<String> = columns.iter().map(|column| column.name.clone()).collect();
    let arrays: Vec<_> = (1..)
        .zip(&columns)
        .map(|(number, column)| format!("${number}::{}[]", column.array()))
        .collect();
    let listed = names.join(", ");
    let upsert = format!(
        "INSERT INTO incident ({listed}) SELECT * FROM unnest({}) AS page {}",
        arrays.join(", "),
        conflict(&names)
    );
    let upsert = to.prepare(&upsert).await?;
    let cursor = format!(
        "BEGIN; DECLARE page CURSOR FOR SELECT {listed} FROM incident ORDER BY updated, sys_id"
    );
    from.batch_execute(&cursor).await?;
    let mut took = Spent::default();
    loop {
        let rows = from.query(&format!("FETCH {PAGE} FROM page"), &[]).await?;
        if rows.is_empty() {
            return Ok(took);
        }
        let mut values: Vec<Box<dyn PostgresValue + Sync>> = Vec::new();
        for (place, column) in columns.iter().enumerate() {
            values.push(if column.is_number {
                Box::new(rows.iter().map(|row| row.get(place)).collect::<Vec<Option<i64>>>())
            } else {
                Box::new(rows.iter().map(|row| row.get(place)).collect::<Vec<Option<String>>>())
            });
        }
        let values: Vec<&(dyn PostgresValue + Sync)> =
            values.iter().map(|value| &**value).collect();
        let begun = Spent::begin()?;
        to.execute(&upsert, &values).await?;
        took.add(&begun)?;
    }
}

struct Column {
    name: String,
    is_number: bool,
}

impl Column {
    fn array(&self) -> &'static str {
        if self.is_number { "BIGINT" } else { "TEXT" }
    }
}

async fn columns(client: &Client) -> Result<Vec<Column>> {
    let select = "SELECT column_name::TEXT, data_type = 'bigint' FROM information_schema.columns
                  WHERE table_name = 'incident' ORDER BY ordinal_position";
    let rows = client.query(select, &[]).await?;
    Ok(rows.iter().map(|row| Column { name: row.get(0), is_number: row.get(1) }).collect())
}

fn conflict(names: &[String]) -> String {
    let others = names.iter().filter(|name| !KEY.contains(&name.as_str()));
    let set: Vec<_> = others.map(|name| format!("{name} = excluded.{name}")).collect();
    format!("ON CONFLICT ({}) DO UPDATE SET {}", KEY.join(", "), set.join(", "))
}
